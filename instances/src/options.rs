//! Options by name, with all mistakes at once.

use placewright_solver::issue::Issue;

use crate::codes;
use crate::family::{OptionHelp, Options};

/// Takes options one by one and collects what is wrong with them.
pub(crate) struct Reader<'a> {
    options: &'a Options,
    pub(crate) issues: Vec<Issue>,
}

impl<'a> Reader<'a> {
    /// Starts with the options that are not known.
    pub(crate) fn new(options: &'a Options, known: &[OptionHelp]) -> Self {
        let names: Vec<_> = known.iter().map(|option| option.name).collect();
        let unknown = |name: &&String| !names.contains(&name.as_str());
        let issue = |name: &String| {
            let cause = format!("there is no option {name:?}; there are: {}", names.join(", "));
            codes::issue(codes::BAD_OPTION, name.as_str(), cause)
        };
        Self { options, issues: options.keys().filter(unknown).map(issue).collect() }
    }

    /// The text of an option that was given.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.options.get(name).map(|value| value.trim())
    }

    /// The value of an option that was given, where `parse` understands it.
    pub(crate) fn value<T>(
        &mut self,
        name: &str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(name)?;
        let value = parse(text);
        if value.is_none() {
            let cause = format!("{text:?} is not {expected}");
            self.issues.push(codes::issue(codes::BAD_OPTION, name, cause));
        }
        value
    }

    /// An integer within a range.
    pub(crate) fn integer(&mut self, name: &str, low: u64, high: u64) -> Option<u64> {
        let within = |value: &u64| (low..=high).contains(value);
        let parse = |text: &str| text.parse().ok().filter(within);
        self.value(name, &format!("an integer in {low}..={high}"), parse)
    }
}

/// Two lists of options as one.
pub(crate) const fn joined<const A: usize, const B: usize, const BOTH: usize>(
    first: [OptionHelp; A],
    second: [OptionHelp; B],
) -> [OptionHelp; BOTH] {
    assert!(A + B == BOTH);
    let mut both = [OptionHelp { name: "", help: "" }; BOTH];
    let mut index = 0;
    while index < BOTH {
        both[index] = if index < A { first[index] } else { second[index - A] };
        index += 1;
    }
    both
}
