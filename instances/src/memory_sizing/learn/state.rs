//! What is kept from run to run.

use std::collections::{BTreeMap, VecDeque};

use placewright_models::memory_sizing::MemorySizing;
use placewright_models::memory_sizing::online::engine::{Engine, TypeOptions};
use placewright_models::memory_sizing::online::rule::Rule;
use placewright_models::memory_sizing::online::settings::Settings;
use serde::{Deserialize, Serialize};

use super::overrides::Override;
use crate::files::{EngineFile, Rejected, Source};

/// Input sizes remembered per type: as many as tasks by the default policy.
const SIZES: usize = 400;

/// When the input size of a task is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum InputSize {
    /// Before it runs, or never.
    Beforehand,
    /// For some tasks at least it is what they read, which is known afterwards.
    Afterwards,
}

/// Two engines, and what is remembered besides.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    pub(super) policy: String,
    pub(super) settings: Settings,
    pub(super) input: InputSize,
    /// Learns without input sizes.
    pub(super) constant: Engine,
    /// Learns with them; absent until there is one, since the two are the same until then.
    pub(super) by_size: Option<Engine>,
    pub(super) types: BTreeMap<String, TypeState>,
}

/// What is remembered of a type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TypeState {
    /// The largest request so far, 0 where none is known.
    pub(super) largest_request_bytes: u64,
    /// The request that the user gave.
    pub(super) given_request_bytes: Option<u64>,
    /// Input sizes of the last tasks.
    pub(super) sizes: VecDeque<u64>,
}

impl TypeState {
    /// The request that the user gave, or the largest so far.
    pub(super) fn request_bytes(&self) -> Option<u64> {
        self.given_request_bytes.or(Some(self.largest_request_bytes).filter(|&bytes| bytes > 0))
    }
}

impl State {
    /// Nothing learned; `policy` is one of the rules.
    pub(super) fn new(policy: &'static str, settings: Settings) -> Self {
        let rule = Rule::named(policy, &settings).expect("options take names of rules only");
        Self {
            policy: policy.to_owned(),
            settings,
            input: InputSize::Beforehand,
            constant: Engine::new(settings, rule),
            by_size: None,
            types: BTreeMap::new(),
        }
    }

    /// Reads an engine file.
    ///
    /// # Errors
    /// Every problem of the file.
    pub(super) fn read(source: &Source) -> Result<Self, Rejected> {
        let file = EngineFile::read::<MemorySizing>(source)?;
        serde_json::from_value(file.engine)
            .map_err(|error| EngineFile::damaged(source, error.to_string()))
    }

    /// The text of an engine file; the same state gives the same bytes.
    pub(super) fn to_text(&self) -> String {
        // Plain data with names as keys always serialises.
        let value = serde_json::to_value(self).unwrap_or_default();
        EngineFile::new::<MemorySizing>(value).to_text().unwrap_or_default()
    }

    /// Takes over what the user says of a type.
    pub(super) fn apply(&mut self, task_type: &str, given: &Override) {
        for engine in [Some(&mut self.constant), self.by_size.as_mut()].into_iter().flatten() {
            let options = engine.options(task_type);
            let visible = given.keep.unwrap_or(options.memory_visible_to_command);
            let limit_bytes = given.limit_bytes.or(options.limit_bytes);
            let options = TypeOptions { limit_bytes, memory_visible_to_command: visible };
            engine.configure(task_type, options);
        }
        let of_type = self.types.entry(task_type.to_owned()).or_default();
        of_type.given_request_bytes = given.request_bytes.or(of_type.given_request_bytes);
    }
}

impl TypeState {
    /// Remembers the input size of a task.
    pub(super) fn remember(&mut self, size_bytes: u64) {
        if self.sizes.len() == SIZES {
            self.sizes.pop_front();
        }
        self.sizes.push_back(size_bytes);
    }
}
