//! All rules by name, with a state that can be written down.

use serde::{Deserialize, Serialize};

use super::policies::bucketing::Bucketing;
use super::policies::experts::Experts;
use super::policies::kubernetes_vpa::KubernetesVpa;
use super::policies::max_seen::MaxSeen;
use super::policies::percentile::Percentile;
use super::policies::ponder::Ponder;
use super::policies::preset::Preset;
use super::policies::tovar::Tovar;
use super::policies::witt_regression::{ErrorLists, Offset, WittRegression};
use super::policies::witt_wastage::policy::WittWastage;
use super::policy::{PerType, Policy, Proposal};
use super::settings::Settings;
use super::task::{Sample, Task};

/// A rule with what it has learned.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// See [`Preset`].
    Preset(PerType<Preset>),
    /// See [`MaxSeen`].
    MaxSeen(PerType<MaxSeen>),
    /// See [`Percentile`].
    WittPercentile(PerType<Percentile>),
    /// See [`WittRegression`].
    WittRegression(WittRegression),
    /// See [`WittWastage`].
    WittWastage(PerType<WittWastage>),
    /// See [`Tovar`].
    TovarPpm(PerType<Tovar>),
    /// See [`Ponder`].
    Ponder(PerType<Ponder>),
    /// See [`Bucketing`].
    Bucketing(PerType<Bucketing>),
    /// See [`KubernetesVpa`].
    KubernetesVpa(PerType<KubernetesVpa>),
    /// See [`Experts`].
    Experts(Box<PerType<Experts>>),
}

/// Names of the rules, the default first, and what they are.
pub const RULES: [(&str, &str); 12] = [
    ("experts", "optimal ladders on eight shapes, chosen by what they really cost"),
    ("experts-careful", "the same with a failure as dear as running the task twice"),
    ("preset", "the workflow's own request"),
    ("max-seen", "the largest peak so far and 1 %"),
    ("witt-percentile", "the 95th percentile of the peaks so far"),
    ("witt-lr-std", "a line, raised by the deviation of its errors"),
    ("witt-lr-std-under", "a line, raised by the deviation of the errors where it was too low"),
    ("witt-wastage", "the line that would have wasted least so far, with doubling"),
    ("tovar-ppm", "the first size that minimises waste when failures get the maximum"),
    ("ponder", "an asymmetric line inside the request"),
    ("bucketing", "a random one of a few sizes, as often as it was needed so far"),
    ("kubernetes-vpa", "the Vertical Pod Autoscaler: 90th percentile and 15 %, fading by the day"),
];

impl Rule {
    /// The rule of a name in [`RULES`], with nothing learned; `None` for other names.
    #[must_use]
    pub fn named(name: &str, settings: &Settings) -> Option<Self> {
        let line = |offset| WittRegression::new(settings, offset, ErrorLists::PerType);
        Some(match name {
            "experts" => Self::Experts(Box::new(PerType::new(Experts::new(settings)))),
            "experts-careful" => {
                let careful = Settings { failure_price_usages: 2.0, ..*settings };
                Self::Experts(Box::new(PerType::new(Experts::new(&careful))))
            }
            "preset" => Self::Preset(PerType::new(Preset)),
            "max-seen" => Self::MaxSeen(PerType::new(MaxSeen::new(0.01))),
            "witt-percentile" => Self::WittPercentile(PerType::new(Percentile::new(0.95))),
            "witt-lr-std" => Self::WittRegression(line(Offset::Deviation)),
            "witt-lr-std-under" => Self::WittRegression(line(Offset::UnderDeviation)),
            "witt-wastage" => Self::WittWastage(PerType::new(WittWastage::new(settings))),
            "tovar-ppm" => Self::TovarPpm(PerType::new(Tovar::new(settings.limit_bytes as f64))),
            "ponder" => Self::Ponder(PerType::new(Ponder::default())),
            "bucketing" => Self::Bucketing(PerType::new(Bucketing::new(settings))),
            "kubernetes-vpa" => Self::KubernetesVpa(PerType::new(KubernetesVpa::new(settings))),
            _ => return None,
        })
    }

    fn inner(&mut self) -> &mut dyn Policy {
        match self {
            Self::Preset(policy) => policy,
            Self::MaxSeen(policy) => policy,
            Self::WittPercentile(policy) => policy,
            Self::WittRegression(policy) => policy,
            Self::TovarPpm(policy) => policy,
            Self::Ponder(policy) => policy,
            Self::WittWastage(policy) => policy,
            Self::Bucketing(policy) => policy,
            Self::KubernetesVpa(policy) => policy,
            Self::Experts(policy) => policy.as_mut(),
        }
    }
}

impl Policy for Rule {
    fn propose(&mut self, task_type: usize, task: &Task) -> Proposal {
        self.inner().propose(task_type, task)
    }

    fn learn(&mut self, task_type: usize, sample: &Sample) {
        self.inner().learn(task_type, sample);
    }

    fn recall(&mut self, task_type: usize, history: &[Sample]) {
        self.inner().recall(task_type, history);
    }

    fn exceeded(&mut self, task_type: usize, task: &Task, allocation_bytes: f64) {
        self.inner().exceeded(task_type, task, allocation_bytes);
    }
}
