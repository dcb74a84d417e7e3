//! When open rounds would be filled, one after the other, at the present supply.

use crate::irs_matching::online::policy::Scene;

/// A list schedule of rounds on the device classes: each class is taken until some time by the
/// rounds before, and flows at its recent rate, less what idle jobs are expected to take again.
#[derive(Clone, Debug)]
pub struct RoundSchedule {
    /// By class.
    rates_per_s: Vec<f64>,
    /// By class: taken for so long from now.
    taken_s: Vec<f64>,
}

impl RoundSchedule {
    /// Nothing scheduled. O(classes).
    #[must_use]
    pub fn new(scene: &Scene<'_>) -> Self {
        let counts = (0..scene.classes.len()).map(|class| f64::from(scene.supply.recent(class)));
        let all = counts.clone().sum::<f64>().max(1.0);
        let per_s = scene.supply.recent_per_s(scene.now_ms);
        Self {
            rates_per_s: counts.map(|count| count / all * per_s).collect(),
            taken_s: vec![0.0; scene.classes.len()],
        }
    }

    /// When so many devices of a group's classes will have come, from now, in seconds; infinite
    /// without supply. Each class flows once it is no longer taken. Classes that turn out to be
    /// taken for longer than that are left out, until none is: O(classes) a turn, few turns.
    #[must_use]
    pub fn filled_s(&self, scene: &Scene<'_>, group: u8, devices: f64) -> f64 {
        let mut horizon_s = f64::INFINITY;
        loop {
            let (mut flow, mut due) = (0.0, devices);
            for class in scene.classes.serving(group) {
                if self.taken_s[class] < horizon_s {
                    flow += self.rates_per_s[class];
                    due += self.rates_per_s[class] * self.taken_s[class];
                }
            }
            let filled_s = if flow > 0.0 { due / flow } else { f64::INFINITY };
            let late = |class: usize| (filled_s..horizon_s).contains(&self.taken_s[class]);
            if filled_s == f64::INFINITY || !scene.classes.serving(group).any(late) {
                return filled_s;
            }
            horizon_s = filled_s;
        }
    }

    /// The group's classes are taken until then.
    pub fn take_until(&mut self, scene: &Scene<'_>, group: u8, until_s: f64) {
        for class in scene.classes.serving(group) {
            self.taken_s[class] = self.taken_s[class].max(until_s);
        }
    }

    /// Devices per second of a group's classes.
    #[must_use]
    pub fn flow_per_s(&self, scene: &Scene<'_>, group: u8) -> f64 {
        scene.classes.serving(group).map(|class| self.rates_per_s[class]).sum()
    }

    /// Somebody takes this share of the group's classes for good.
    pub fn reserve(&mut self, scene: &Scene<'_>, group: u8, share: f64) {
        for class in scene.classes.serving(group) {
            self.rates_per_s[class] *= 1.0 - share;
        }
    }
}
