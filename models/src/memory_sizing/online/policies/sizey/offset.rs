//! By which share a prediction is raised.

use super::errors::Errors;
use super::parameters::OffsetRule;

/// What [`OffsetRule::Dynamic`] chooses from; the first of equally good ones wins.
const CANDIDATES: [OffsetRule; 4] = [
    OffsetRule::Deviation,
    OffsetRule::UnderMedian,
    OffsetRule::Median,
    OffsetRule::UnderDeviation,
];

/// The share. `seen` are peaks of past tasks and what the model as it is now predicts for them;
/// only the dynamic rule looks at them. Time O(n).
#[must_use]
pub fn offset(
    rule: OffsetRule,
    errors: &Errors,
    default: f64,
    seen: impl Iterator<Item = (f64, f64)> + Clone,
) -> f64 {
    let share = match rule {
        OffsetRule::Deviation => errors.deviation(),
        OffsetRule::UnderMedian => errors.under_median(),
        OffsetRule::Median => errors.median(),
        OffsetRule::UnderDeviation => errors.under_deviation(),
        OffsetRule::Dynamic if errors.is_empty() => None,
        OffsetRule::Dynamic => {
            let shares = CANDIDATES.map(|rule| offset(rule, errors, default, seen.clone()));
            let costs = shares.map(|share| (share, waste(share, seen.clone())));
            costs.into_iter().reduce(|a, b| if b.1 < a.1 { b } else { a }).map(|best| best.0)
        }
    };
    share.unwrap_or(default)
}

/// Bytes wasted on peaks had their predictions been raised by a share, run times left aside. What
/// is too low by less than a factor 2^q counts `1.5 · 2^q` times itself, minus the peak: twice the
/// last of its doublings at most, as if all attempts before that had cost half of it. What is not
/// positive is replaced by the least that is.
fn waste(share: f64, seen: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let raised = seen.map(|(peak, prediction)| (peak, prediction + share * prediction));
    let positive = raised.clone().map(|task| task.1).filter(|&bytes| bytes > 0.0);
    let least = positive.fold(f64::INFINITY, f64::min);
    let wasted = raised.map(|(peak, bytes)| {
        let bytes = if bytes > 0.0 { bytes } else { least };
        if bytes >= peak {
            return bytes - peak;
        }
        let doublings = (peak / bytes).ceil().log2().ceil();
        1.5 * doublings.exp2() * bytes - peak
    });
    wasted.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(list: &[f64]) -> Errors {
        let mut errors = Errors::default();
        list.iter().for_each(|&error| errors.add(error));
        errors
    }

    #[test]
    fn waste_by_hand() {
        // 11 for 10; 5.5 for 10: 2 · 5.5 · 1.5 − 10; 2.2 for 10: 8 · 2.2 · 1.5 − 10.
        let seen = [(10.0, 10.0), (10.0, 5.0), (10.0, 2.0)];
        let wasted = waste(0.1, seen.into_iter());
        assert!((wasted - (1.0 + 6.5 + 16.4)).abs() < 1e-12, "{wasted}");
        // −3 counts like the least positive one, 4.
        assert_eq!(waste(0.0, [(2.0, -3.0), (4.0, 4.0)].into_iter()), 2.0);
    }

    #[test]
    fn the_dynamic_rule_takes_the_cheapest() {
        let errors = errors(&[0.1, 0.1, -0.4, 0.3, 0.1]);
        // Ten per cent more is exactly what this task needs: the median of the errors below.
        let seen = [(11.0, 10.0)];
        let chosen = offset(OffsetRule::Dynamic, &errors, 0.05, seen.into_iter());
        assert!((chosen - 0.1).abs() < 1e-12, "{chosen}");
    }

    #[test]
    fn the_default_stands_in_for_what_is_unknown() {
        let none = std::iter::empty::<(f64, f64)>;
        assert_eq!(offset(OffsetRule::Dynamic, &Errors::default(), 0.05, none()), 0.05);
        assert_eq!(offset(OffsetRule::UnderMedian, &errors(&[-1.0]), 0.05, none()), 0.05);
    }
}
