//! Which methods a search runs, by the name of a strategy or of a single method.

use std::str::FromStr;

use placewright_instances::family::Family;
use placewright_solver::driver::Methods;

use crate::failure::Failure;

/// What `--method` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Opening, improving, exact, one after the other.
    Auto,
    /// Opening and exact.
    Exact,
    /// Opening and improving.
    Heuristic,
    /// Opening, then improving and exact side by side.
    Portfolio,
    /// One method and nothing else.
    Named(String),
}

impl FromStr for Choice {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "auto" => Choice::Auto,
            "exact" => Choice::Exact,
            "heuristic" => Choice::Heuristic,
            "portfolio" => Choice::Portfolio,
            name => Choice::Named(name.to_owned()),
        })
    }
}

/// The family's methods that were asked for.
///
/// # Errors
/// For a name that no method of the family has; lists those there are.
pub(crate) fn select<F: Family>(choice: &Choice) -> Result<Methods<F>, Failure> {
    let mut methods = F::methods();
    match choice {
        Choice::Auto => {}
        Choice::Exact => methods.improving.clear(),
        Choice::Heuristic => methods.exact.clear(),
        Choice::Portfolio => methods.improving.append(&mut methods.exact),
        Choice::Named(name) => {
            let known = names(&methods);
            if !known.contains(&name.as_str()) {
                return Err(unknown(name, F::NAME, &known));
            }
            for list in [&mut methods.opening, &mut methods.improving, &mut methods.exact] {
                list.retain(|method| method.name() == name);
            }
        }
    }
    Ok(methods)
}

fn names<F: Family>(methods: &Methods<F>) -> Vec<&'static str> {
    let all = methods.opening.iter().chain(&methods.improving).chain(&methods.exact);
    all.map(|method| method.name()).collect()
}

fn unknown(name: &str, family: &str, known: &[&str]) -> Failure {
    Failure::usage(
        format!("{family} has no method {name:?}"),
        format!("choose auto, exact, heuristic, portfolio, or one of {}", known.join(", ")),
    )
}
