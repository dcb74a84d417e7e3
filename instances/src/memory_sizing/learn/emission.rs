//! From what was learned to ladders for the next run.

use std::collections::{BTreeMap, BTreeSet};

use placewright_models::memory_sizing::online::engine::Engine;
use placewright_models::memory_sizing::online::settings::Settings;
use placewright_models::memory_sizing::online::task::Task;

use super::options::{LEAST_SAVING, LearnOptions};
use super::overrides::Overrides;
use super::run::Rules;
use super::state::{State, TypeState};
use super::tally::Tally;
use super::verdict::left_alone;
use crate::memory_sizing::emit::ladders::{Ladders, Step, TypeLadder, largest};
use crate::memory_sizing::import::Summary;
use crate::memory_sizing::report::notes::Note;

/// Steps by input size, at most.
const STEPS: usize = 10;
/// Fewer different input sizes make no steps.
const FEWEST_SIZES: usize = 10;
/// Ladders by input size must waste less than this share of what one ladder for all sizes does.
const WORTH_STEPS: f64 = 0.95;

/// What the next run should use.
#[derive(Clone, Debug, Default)]
pub(super) struct Emission {
    /// Ladders of the types that are not left alone.
    pub(super) ladders: Ladders,
    /// Why the others are.
    pub(super) left_alone: BTreeMap<String, Note>,
}

impl Emission {
    pub(super) fn of(
        state: &State,
        tallies: &BTreeMap<String, Tally>,
        rules: &Rules,
        options: &LearnOptions,
    ) -> Self {
        let mut constant = Asked {
            engine: state.constant.clone(),
            rules,
            settings: state.settings,
            types: &state.types,
        };
        let mut by_size = state.by_size.clone().map(|engine| Asked { engine, ..constant.clone() });
        let wasted: f64 = tallies.values().filter_map(Tally::known_waste_byte_ms).sum();
        let mut emission = Self::default();
        emission.ladders.limit_mib = rules.limit_bytes.div_ceil(1 << 20);
        for (name, of_type) in &state.types {
            let tally = tallies.get(name).copied().unwrap_or_default();
            let sizes: BTreeSet<u64> = of_type.sizes.iter().copied().collect();
            let pays = tally.judged == 0
                || tally.by_size.waste_byte_ms < WORTH_STEPS * tally.constant.waste_byte_ms;
            let steps = match &mut by_size {
                Some(by_size) if pays => by_size.steps(name, &Vec::from_iter(sizes)),
                _ => Vec::new(),
            };
            let input_variables =
                options.overrides.of(name).map(|of| of.input_variables.clone()).unwrap_or_default();
            let used = if steps.is_empty() || input_variables.is_empty() {
                tally.constant
            } else {
                tally.by_size
            };
            let waste = (used.waste_byte_ms, LEAST_SAVING * wasted);
            let reason = left_alone(&state.constant, name, &tally, rules.min_samples, waste);
            if let Some(reason) = reason {
                emission.left_alone.insert(name.clone(), reason);
                continue;
            }
            let allocations_mib = constant.ladder(name, None);
            let name = name.clone();
            emission.ladders.types.push(TypeLadder {
                name,
                allocations_mib,
                steps,
                input_variables,
            });
        }
        emission
    }

    /// The ladder of a type that is not left alone.
    pub(super) fn ladder(&self, name: &str) -> Option<&TypeLadder> {
        self.ladders.types.iter().find(|ladder| ladder.name == name)
    }

    /// Warns of variables that are named in vain.
    pub(super) fn warn(&self, overrides: &Overrides, summary: &mut Summary) {
        let names = self.ladders.types.iter().map(|ladder| &ladder.name);
        for name in names.chain(self.left_alone.keys()) {
            let named = overrides.of(name).is_some_and(|of| !of.input_variables.is_empty());
            let steps = self.ladder(name).is_some_and(|ladder| !ladder.steps.is_empty());
            if named && !steps {
                summary.remark(format!(
                    "{name}: no ladders by input size; too few sizes are known, or they save less than 5 %"
                ));
            }
        }
    }
}

/// An engine that is asked and learns no more.
#[derive(Clone)]
struct Asked<'a> {
    engine: Engine,
    rules: &'a Rules,
    settings: Settings,
    types: &'a BTreeMap<String, TypeState>,
}

impl Asked<'_> {
    /// The attempts for an input size, in MiB.
    fn ladder(&mut self, name: &str, size_bytes: Option<u64>) -> Vec<u64> {
        let input_size_bytes = size_bytes.map(|bytes| bytes as f64);
        let request_bytes = self.types.get(name).and_then(TypeState::request_bytes);
        let task = Task { input_size_bytes, request_bytes, label: None };
        let attempts = self.rules.attempts(&mut self.engine, &self.settings, name, &task);
        let limit = || vec![self.rules.limit_bytes];
        let mib = attempts.unwrap_or_else(limit).into_iter().map(|bytes| bytes.div_ceil(1 << 20));
        let mut rungs: Vec<u64> = mib.collect();
        rungs.dedup();
        rungs
    }

    /// Ladders by input size: at every attempt the largest of all sizes that were seen within the
    /// step. Empty where one ladder suits all sizes. Time O(sizes) questions.
    fn steps(&mut self, name: &str, ascending: &[u64]) -> Vec<Step> {
        if ascending.len() < FEWEST_SIZES {
            return Vec::new();
        }
        let mut steps: Vec<Step> = Vec::new();
        for sizes in ascending.chunks(ascending.len().div_ceil(STEPS)) {
            let ladders: Vec<_> = sizes.iter().map(|&size| self.ladder(name, Some(size))).collect();
            let ladders: Vec<&[u64]> = ladders.iter().map(Vec::as_slice).collect();
            let allocations_mib = largest(&ladders);
            let up_to_bytes = sizes.last().copied();
            match steps.last_mut() {
                Some(last) if last.allocations_mib == allocations_mib => {
                    last.up_to_bytes = up_to_bytes;
                }
                _ => steps.push(Step { up_to_bytes, allocations_mib }),
            }
        }
        match &mut steps[..] {
            [] | [_] => Vec::new(),
            [.., last] => {
                // Beyond what was seen, the last ladder goes on to the limit.
                last.up_to_bytes = None;
                steps
            }
        }
    }
}
