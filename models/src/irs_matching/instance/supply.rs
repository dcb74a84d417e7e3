//! When devices are there: one by one, or as rates per class.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Instance;

/// When devices of which class are there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Supply {
    /// Every device on its own.
    Devices(Arrivals),
    /// Rates that are constant between given times.
    Rates(Rates),
}

/// Devices in the order of their arrival, column by column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arrivals {
    /// When each device arrives, in ms, ascending.
    #[schemars(inner(range(max = 1_099_511_627_776_u64)))]
    pub time_ms: Vec<u64>,
    /// Which class each device is of: the class's position in `classes`, from 0.
    pub class: Vec<u32>,
}

/// Rates per class and segment of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    /// When each segment begins, in ms, ascending from 0; the last one never ends.
    #[serde(default = "from_zero", skip_serializing_if = "is_constant")]
    #[schemars(length(min = 1), inner(range(max = 1_099_511_627_776_u64)))]
    pub segment_start_ms: Vec<u64>,
    /// For every class, in the order of `classes`, its rate in every segment, in micro-devices
    /// (10⁻⁶ devices) per second.
    #[schemars(inner(inner(range(max = 1_099_511_627_776_u64))))]
    pub rate_micro_per_s: Vec<Vec<u64>>,
}

fn from_zero() -> Vec<u64> {
    vec![0]
}

fn is_constant(segment_start_ms: &Vec<u64>) -> bool {
    *segment_start_ms == [0]
}

/// What every class has supplied by when, ready for questions. Of single devices it counts whole
/// ones, of rates micro-devices.
#[derive(Clone, Debug)]
pub struct SupplyCurves<'a> {
    kind: Kind<'a>,
}

#[derive(Clone, Debug)]
enum Kind<'a> {
    /// Arrival times per class, ascending.
    Devices(Vec<Vec<u64>>),
    Rates {
        rates: &'a Rates,
        /// Per class, what is supplied before each segment, in 10⁻³ micro-devices.
        before: Vec<Vec<u128>>,
    },
}

impl Instance {
    /// The supply of every class as a function of time. Time and memory O(size of the supply).
    #[must_use]
    pub fn supply_curves(&self) -> SupplyCurves<'_> {
        match &self.supply {
            Supply::Devices(arrivals) => {
                let mut times = vec![Vec::new(); self.classes.len()];
                for (&time_ms, &class) in arrivals.time_ms.iter().zip(&arrivals.class) {
                    times[class as usize].push(time_ms);
                }
                SupplyCurves { kind: Kind::Devices(times) }
            }
            Supply::Rates(rates) => {
                let before = rates.rate_micro_per_s.iter().map(|own| sums(rates, own)).collect();
                SupplyCurves { kind: Kind::Rates { rates, before } }
            }
        }
    }
}

fn sums(rates: &Rates, own: &[u64]) -> Vec<u128> {
    let mut sum = 0;
    let lengths = rates.segment_start_ms.windows(2).map(|pair| pair[1] - pair[0]);
    let mut sums = vec![0];
    for (&rate, length_ms) in own.iter().zip(lengths) {
        sum += u128::from(rate) * u128::from(length_ms);
        sums.push(sum);
    }
    sums
}

impl SupplyCurves<'_> {
    /// What a class supplies before `time_ms`: devices that arrive earlier, or the micro-devices
    /// of the time from 0, rounded down. O(log size).
    #[must_use]
    pub fn before(&self, class: usize, time_ms: u64) -> u128 {
        match &self.kind {
            Kind::Devices(times) => times[class].partition_point(|&each| each < time_ms) as u128,
            Kind::Rates { .. } => self.milli_before(class, time_ms) / 1000,
        }
    }

    /// What a class supplies in `[start_ms, end_ms)`.
    #[must_use]
    pub fn between(&self, class: usize, start_ms: u64, end_ms: u64) -> u128 {
        self.before(class, end_ms).saturating_sub(self.before(class, start_ms))
    }

    /// What a class of rates supplies before `time_ms`, in 10⁻³ micro-devices, not rounded; devices
    /// that arrive earlier otherwise.
    fn milli_before(&self, class: usize, time_ms: u64) -> u128 {
        let Kind::Rates { rates, before } = &self.kind else { return self.before(class, time_ms) };
        let segment = rates.segment_start_ms.partition_point(|&start| start <= time_ms) - 1;
        let into_ms = u128::from(time_ms - rates.segment_start_ms[segment]);
        before[class][segment] + u128::from(rates.rate_micro_per_s[class][segment]) * into_ms
    }

    /// The first time by which the classes together have supplied `amount` since `from_ms`: the end
    /// of a millisecond of rates. `None` where they never do, or it is single devices.
    /// O(classes · log size · log time).
    #[must_use]
    pub fn reach_ms(&self, classes: &[usize], from_ms: u64, amount: u128) -> Option<u64> {
        let Kind::Rates { rates, .. } = &self.kind else { return None };
        let got = |until_ms: u64| -> u128 {
            classes.iter().map(|&class| self.between(class, from_ms, until_ms)).sum()
        };
        let last_ms = rates.segment_start_ms.last().copied().unwrap_or(0).max(from_ms);
        let last_rate: u128 = classes.iter().map(|&class| self.last_rate(class)).sum();
        let mut high = last_ms;
        if got(last_ms) < amount {
            // Each class loses less than one micro-device to rounding.
            let missing = amount - got(last_ms) + classes.len() as u128;
            let wait_ms = (missing * 1000).checked_div(last_rate)? + 1;
            high = u64::try_from(u128::from(last_ms) + wait_ms).ok()?;
        }
        let mut low = from_ms;
        while low < high {
            let middle = low + (high - low) / 2;
            if got(middle) >= amount { high = middle } else { low = middle + 1 }
        }
        Some(high)
    }

    /// The rate of a class after all changes, in micro-devices per second; zero of single devices.
    #[must_use]
    pub fn last_rate(&self, class: usize) -> u128 {
        match &self.kind {
            Kind::Devices(_) => 0,
            Kind::Rates { rates, .. } => {
                rates.rate_micro_per_s[class].last().copied().map_or(0, u128::from)
            }
        }
    }
}
