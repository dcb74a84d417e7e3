//! One ladder per type within a budget of failures: a multiple-choice knapsack.
//!
//! `best[b]` is the least cost of the types so far with at most `b` failures; each type adds its
//! undominated members (Kellerer, Pferschy, Pisinger, *Knapsack Problems*, 2004, section 11.5).
//! Complexity: O(T·B·P) time and O(T·B) memory for budget `B` and at most `P` members per type.
//! Guarantee: exact up to 2,000,000 cells; beyond, failures are counted in units of `q`, rounded
//! up, so that the selection keeps the budget but may leave up to `T·q` of it unused.

/// A member of a type's list: failures and priced cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Failed attempts.
    pub failures: u64,
    /// Cost under whatever prices the caller sets.
    pub cost: i128,
}

/// Cells the program may fill.
const LARGEST: u64 = 2_000_000;

/// The cheapest selection, one index per type, or `None` when no selection keeps the budget (or
/// rounding leaves none); and the number of cells filled. Without a budget every type takes its
/// cheapest member.
#[must_use]
pub fn select(types: &[Vec<Member>], budget: Option<u64>) -> (Option<Vec<usize>>, u64) {
    let lists: Vec<Vec<usize>> = types.iter().map(|members| undominated(members)).collect();
    let Some(budget) = budget else {
        return (lists.iter().map(|list| list.first().copied()).collect(), types.len() as u64);
    };
    let members: usize = lists.iter().map(Vec::len).sum();
    let most = (LARGEST / (members as u64 + 1)).max(1);
    let unit = budget.div_ceil(most).max(1);
    let width = (budget / unit) as usize + 1;
    (within(types, &lists, unit, width), (width * members) as u64)
}

/// The program over budgets `0..width`, in units of failures.
fn within(
    types: &[Vec<Member>],
    lists: &[Vec<usize>],
    unit: u64,
    width: usize,
) -> Option<Vec<usize>> {
    let units = |member: Member| usize::try_from(member.failures.div_ceil(unit)).ok();
    let mut best: Vec<Option<i128>> = vec![Some(0); width];
    let mut taken: Vec<Vec<u32>> = Vec::with_capacity(types.len());
    for (members, list) in types.iter().zip(lists) {
        let mut next: Vec<Option<i128>> = vec![None; width];
        let mut from = vec![u32::MAX; width];
        for &index in list {
            let Some(failures) = units(members[index]) else { continue };
            for used in failures..width {
                let Some(before) = best[used - failures] else { continue };
                let cost = before + members[index].cost;
                if next[used].is_none_or(|known| cost < known) {
                    (next[used], from[used]) = (Some(cost), index as u32);
                }
            }
        }
        best = next;
        taken.push(from);
    }
    best[width - 1]?;
    let mut left = width - 1;
    let mut selection = vec![0; types.len()];
    for (t, from) in taken.iter().enumerate().rev() {
        selection[t] = from[left] as usize;
        left -= units(types[t][selection[t]])?;
    }
    Some(selection)
}

/// Members that no other beats, by rising cost.
fn undominated(members: &[Member]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by_key(|&index| (members[index].cost, members[index].failures));
    let mut fewest = u64::MAX;
    order.retain(|&index| {
        let better = members[index].failures < fewest;
        fewest = fewest.min(members[index].failures);
        better
    });
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn brute_force(types: &[Vec<Member>], budget: u64) -> Option<i128> {
        let Some((members, rest)) = types.split_first() else { return Some(0) };
        let fitting = members.iter().filter(|member| member.failures <= budget);
        fitting
            .filter_map(|m| brute_force(rest, budget - m.failures).map(|cost| cost + m.cost))
            .min()
    }

    fn total(types: &[Vec<Member>], selection: &[usize]) -> (i128, u64) {
        let members = selection.iter().zip(types).map(|(&index, members)| members[index]);
        members.fold((0, 0), |(cost, failures), m| (cost + m.cost, failures + m.failures))
    }

    prop_compose! {
        fn types()(raw in prop::collection::vec(
            prop::collection::vec((0_u64..6, -50_i128..50), 1..5), 0..5)) -> Vec<Vec<Member>> {
            let member = |(failures, cost)| Member { failures, cost };
            raw.into_iter().map(|list| list.into_iter().map(member).collect()).collect()
        }
    }

    proptest! {
        #[test]
        fn equals_every_selection_tried(types in types(), budget in 0_u64..14) {
            let selection = select(&types, Some(budget)).0;
            let best = selection.map(|selection| total(&types, &selection));
            prop_assert!(best.is_none_or(|(_, failures)| failures <= budget));
            prop_assert_eq!(best.map(|(cost, _)| cost), brute_force(&types, budget));
        }

        #[test]
        fn rounding_keeps_the_budget(types in types(), budget in 0_u64..14, unit in 1_u64..5) {
            let lists: Vec<Vec<usize>> = types.iter().map(|list| undominated(list)).collect();
            let width = (budget / unit) as usize + 1;
            if let Some(selection) = within(&types, &lists, unit, width) {
                prop_assert!(total(&types, &selection).1 <= budget);
            }
        }
    }
}
