//! Options of importers and generators: `NAME=VALUE` pairs, and lists of what there is.

use placewright_instances::family::{OptionHelp, Options};

use crate::failure::Failure;

/// Reads `NAME=VALUE`.
///
/// # Errors
/// When there is no equals sign, or nothing before it.
pub(crate) fn parse(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

/// The options by name.
///
/// # Errors
/// For an option given twice.
pub(crate) fn unique(pairs: Vec<(String, String)>) -> Result<Options, Failure> {
    let mut options = Options::new();
    for (name, value) in pairs {
        if options.insert(name.clone(), value).is_some() {
            return Err(Failure::usage(format!("the option {name} is given twice"), "keep one"));
        }
    }
    Ok(options)
}

/// Something with a name that a family offers.
pub(crate) struct Listing {
    name: &'static str,
    title: &'static str,
    options: &'static [OptionHelp],
}

impl Listing {
    pub(crate) fn new(
        name: &'static str,
        title: &'static str,
        options: &'static [OptionHelp],
    ) -> Self {
        Self { name, title, options }
    }
}

/// What there is, for people.
pub(crate) fn listing(offers: &[Listing]) -> String {
    let mut text = String::new();
    for offer in offers {
        text.push_str(&format!("{}: {}\n", offer.name, offer.title));
        for option in offer.options {
            text.push_str(&format!("  -O {:<22} {}\n", format!("{}=…", option.name), option.help));
        }
    }
    text
}

/// A name that nothing has.
pub(crate) fn unknown(what: &str, name: &str, offers: &[Listing]) -> Failure {
    let known: Vec<&str> = offers.iter().map(|offer| offer.name).collect();
    Failure::usage(
        format!("there is no {what} {name:?}"),
        format!("choose one of {}", known.join(", ")),
    )
}
