//! Check-ins drawn from a seed: a rate over the day, session lengths, masks.

use placewright_models::irs_matching::online::classes::Classes;
use placewright_models::irs_matching::replay::checkins::CheckIns;
use placewright_solver::issue::Issue;

use super::checkins::transfer_ms;
use crate::codes;
use crate::draw::{Draw, power};
use crate::family::OptionHelp;
use crate::options::Reader;

pub(super) const SUPPLY_OPTIONS: [OptionHelp; 5] = [
    OptionHelp {
        name: "supply_per_s",
        help: "without a trace: draw so many check-ins a second on average",
    },
    OptionHelp {
        name: "supply_profile",
        help: "relative rates of equal parts of the day, with commas, such as 1,2,4,2 [default: 1]",
    },
    OptionHelp {
        name: "supply_masks",
        help: "masks of groups and their relative frequencies [default: 0:35,1:305,3:78,5:124,15:417, the phones of Venn's table]",
    },
    OptionHelp { name: "supply_session_s", help: "median length of a session [default: 600]" },
    OptionHelp { name: "supply_seed", help: "seed of the draw [default: 1]" },
];

/// What check-ins are drawn from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Supply {
    per_s: f64,
    /// Relative rates of equal parts of the day.
    profile: Vec<f64>,
    /// Masks of groups with their frequencies.
    masks: Vec<(u64, u64)>,
    session_s: u64,
    seed: u64,
}

const DAY_MS: u64 = 86_400_000;
/// Start times and sessions are kept in milliseconds of 32 bits.
const LONGEST_S: u64 = 1_000_000;
const MOST_CHECKINS: f64 = 1e8;
/// Response times of a workload of 60 s have the median 120 s and the 95th percentile 274 s in
/// Venn's simulator, where a transfer takes 10 s at bandwidth one: 1.83 × 60 s and 4.4 × 60 s.
const MEDIAN_COMPUTE: f64 = 1.83;
const SPREAD_OF_COMPUTE: f64 = 0.53;
const SPREAD_OF_BANDWIDTH: f64 = 0.5;
const SPREAD_OF_SESSIONS: f64 = 1.0;

impl Supply {
    /// The supply that the options describe; none where they name no rate.
    pub(super) fn read(reader: &mut Reader, period_s: u64) -> Option<Self> {
        let positive = |value: &f64| value.is_finite() && *value > 0.0;
        let per_s = reader
            .value("supply_per_s", "a rate above 0", |text| text.parse().ok().filter(positive));
        let profile = reader.value("supply_profile", "at most 86400 rates, not all 0", |text| {
            let rate = |text: &str| text.trim().parse::<f64>().ok();
            let rates: Option<Vec<f64>> = text.split(',').map(rate).collect();
            let sound = |rates: &Vec<f64>| {
                let sum: f64 = rates.iter().sum();
                rates.iter().all(|rate| *rate >= 0.0) && positive(&sum) && rates.len() <= 86_400
            };
            rates.filter(sound)
        });
        let masks = reader.value("supply_masks", "at most 256 of mask:frequency", |text| {
            let pair = |text: &str| {
                let (mask, share) = text.trim().split_once(':')?;
                let share = share.parse().ok().filter(|share| *share <= 1_u64 << 32)?;
                Some((mask.parse().ok()?, share))
            };
            let masks: Option<Vec<(u64, u64)>> = text.split(',').map(pair).collect();
            masks.filter(|all| all.iter().any(|(_, share)| *share > 0) && all.len() <= 256)
        });
        let session_s = reader.integer("supply_session_s", 1, LONGEST_S);
        let seed = reader.integer("supply_seed", 0, u64::MAX);
        let Some(per_s) = per_s else {
            let given =
                SUPPLY_OPTIONS[1..].iter().find(|option| reader.text(option.name).is_some());
            if let Some(option) = given.filter(|_| reader.text("supply_per_s").is_none()) {
                let cause = "there is no supply_per_s, so no check-ins are drawn";
                reader.issues.push(codes::issue(codes::BAD_OPTION, option.name, cause));
            }
            return None;
        };
        if per_s * period_s as f64 > MOST_CHECKINS {
            let cause = format!("more than {MOST_CHECKINS} check-ins in a period of {period_s} s");
            reader.issues.push(codes::issue(codes::BAD_OPTION, "supply_per_s", cause));
        }
        let phones = || vec![(0, 35), (1, 305), (3, 78), (5, 124), (15, 417)];
        Some(Self {
            per_s,
            profile: profile.unwrap_or_else(|| vec![1.0]),
            masks: masks.unwrap_or_else(phones),
            session_s: session_s.unwrap_or(600),
            seed: seed.unwrap_or(1),
        })
    }

    /// The check-ins of a period. The number in each part of a day is its expected value, rounded
    /// at random; the times within are uniform. Sessions, compute times and bandwidths are
    /// log-normal. O(n log n) for n check-ins.
    ///
    /// # Errors
    /// When no device checks in.
    pub(super) fn draw(&self, period_s: u64) -> Result<CheckIns, Issue> {
        let [mut times, mut devices] = [0, 1].map(|stream| Draw::new(self.seed, stream));
        let mut classes = Classes::default();
        let class: Vec<u8> =
            self.masks.iter().map(|(mask, _)| classes.intern(u128::from(*mask), 0) as u8).collect();
        let period_ms = period_s * 1000;
        let mut checkins = CheckIns { period_ms, ..CheckIns::default() };
        checkins.start_ms = self.times(period_ms, &mut times);
        if checkins.start_ms.is_empty() {
            let cause = format!("no device checks in within a period of {period_s} s");
            return Err(codes::issue(codes::BAD_OPTION, "supply_per_s", cause));
        }
        let all: u64 = self.masks.iter().map(|(_, share)| share).sum();
        for _ in 0..checkins.start_ms.len() {
            let mut at = devices.between(1, all);
            let drawn = self.masks.iter().position(|(_, share)| {
                let here = at <= *share;
                at = at.saturating_sub(*share);
                here
            });
            // The frequencies add up to `all`.
            checkins.class.push(class[drawn.unwrap_or(0)]);
            let session_s = self.session_s as f64 * log_normal(&mut devices, SPREAD_OF_SESSIONS);
            checkins.session_ms.push((session_s.min(LONGEST_S as f64) * 1000.0) as u32);
            let compute = MEDIAN_COMPUTE * log_normal(&mut devices, SPREAD_OF_COMPUTE);
            checkins.compute_milli.push((compute * 1000.0) as u32);
            let bandwidth = log_normal(&mut devices, SPREAD_OF_BANDWIDTH);
            checkins.transfer_ms.push(transfer_ms((bandwidth * 1000.0) as u32));
        }
        checkins.classes = classes;
        Ok(checkins)
    }

    fn times(&self, period_ms: u64, draw: &mut Draw) -> Vec<u32> {
        let parts = self.profile.len() as u64;
        let mean = self.profile.iter().sum::<f64>() / parts as f64;
        let border = |part: u64| (part / parts) * DAY_MS + (part % parts) * DAY_MS / parts;
        let mut all = Vec::new();
        for part in 0.. {
            let (start, end) = (border(part), border(part + 1).min(period_ms));
            if start >= period_ms {
                break;
            }
            let relative = self.profile[(part % parts) as usize] / mean;
            let expected = self.per_s * relative * (end - start) as f64 / 1000.0;
            let count = (expected + draw.unit()) as usize;
            let at = all.len();
            all.extend((0..count).map(|_| draw.between(start, end - 1) as u32));
            all[at..].sort_unstable();
        }
        all
    }
}

fn log_normal(draw: &mut Draw, spread: f64) -> f64 {
    power(std::f64::consts::E, spread * draw.normal())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::family::Options;

    fn read(pairs: &[(&str, &str)], period_s: u64) -> Result<Option<Supply>, Vec<Issue>> {
        let options: Options =
            pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        let mut reader = Reader::new(&options, &SUPPLY_OPTIONS);
        let supply = Supply::read(&mut reader, period_s);
        if reader.issues.is_empty() { Ok(supply) } else { Err(reader.issues) }
    }

    #[test]
    fn check_ins_follow_the_profile_and_the_masks() {
        let pairs = [("supply_per_s", "2"), ("supply_profile", "1,3"), ("supply_masks", "1:1,2:3")];
        let checkins = read(&pairs, 172_800).unwrap().unwrap().draw(172_800).unwrap();
        assert!(checkins.len().abs_diff(345_600) <= 4, "{}", checkins.len());
        assert!(checkins.start_ms.is_sorted());
        let night = checkins.start_ms.iter().filter(|&&at| at % 86_400_000 < 43_200_000).count();
        assert!((night as f64 / checkins.len() as f64 - 0.25).abs() < 1e-4);
        let second = checkins.class.iter().filter(|&&class| class == 1).count();
        assert!((second as f64 / checkins.len() as f64 - 0.75).abs() < 0.01);
        let mut sessions = checkins.session_ms;
        let (_, median, _) = sessions.select_nth_unstable(172_800);
        assert!(median.abs_diff(600_000) < 6000, "{median}");
    }

    #[test]
    fn the_seed_decides() {
        let of = |seed| {
            let pairs = [("supply_per_s", "0.1"), ("supply_seed", seed)];
            read(&pairs, 5000).unwrap().unwrap().draw(5000).unwrap()
        };
        assert_eq!(of("7"), of("7"));
        assert_ne!(of("7"), of("8"));
    }

    #[test]
    fn nonsense_is_refused() {
        for (name, value) in [
            ("supply_per_s", "0"),
            ("supply_per_s", "nan"),
            ("supply_per_s", "1e9"),
            ("supply_profile", "0,0"),
            ("supply_profile", "1,-1"),
            ("supply_profile", ""),
            ("supply_masks", "1:0"),
            ("supply_masks", "3"),
            ("supply_session_s", "0"),
        ] {
            let pairs = [("supply_per_s", "1"), (name, value)];
            let pairs: &[_] = if name == "supply_per_s" { &pairs[1..] } else { &pairs };
            let issues = read(pairs, 432_000).unwrap_err();
            assert!(issues.iter().any(|issue| issue.path == name), "{name}={value}: {issues:?}");
        }
        assert!(read(&[("supply_seed", "1")], 100).is_err());
        assert_eq!(read(&[], 100).unwrap(), None);
        let rare = read(&[("supply_per_s", "1e-9")], 100).unwrap().unwrap();
        assert!(rare.draw(100).is_err());
    }
}
