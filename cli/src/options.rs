//! Options of importers and generators: `NAME=VALUE` pairs, and lists of what there is.

use placewright_instances::family::{self, Offer, Options};

use crate::failure::Failure;
use crate::output;

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

/// What is offered under a name. Without a name all there is goes to standard output, and nothing is
/// chosen.
///
/// # Errors
/// For a name that nothing has.
pub(crate) fn choose<R>(
    what: &str,
    name: Option<&str>,
    offers: &'static [Offer<R>],
) -> Result<Option<&'static Offer<R>>, Failure> {
    let Some(name) = name else {
        output::to_stdout(&listing(offers))?;
        return Ok(None);
    };
    let unknown = || {
        let known: Vec<&str> = offers.iter().map(|offer| offer.name).collect();
        let action = match known.is_empty() {
            true => "this family has none".to_owned(),
            false => format!("choose one of {}", known.join(", ")),
        };
        Failure::usage(format!("there is no {what} {name:?}"), action)
    };
    family::find(offers, name).map(Some).ok_or_else(unknown)
}

/// What there is, for people.
fn listing<R>(offers: &[Offer<R>]) -> String {
    let mut text = String::new();
    for offer in offers {
        text.push_str(&format!("{}: {}\n", offer.name, offer.title));
        for option in offer.options {
            text.push_str(&format!("  -O {:<22} {}\n", format!("{}=…", option.name), option.help));
        }
    }
    text
}
