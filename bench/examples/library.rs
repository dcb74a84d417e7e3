//! Writes the instance library: every instance anew from its generator, seed and options.
//!
//! `cargo run -p placewright-bench --example library`

use std::error::Error;
use std::fs;

use placewright_instances::family::Family;
use placewright_instances::files::write::write_text;
use placewright_instances::registry::{self, Visitor};

struct WriteAll;

impl Visitor for WriteAll {
    type Output = Result<(), Box<dyn Error>>;

    fn visit<F: Family>(self) -> Self::Output {
        for entry in F::library() {
            let file = entry.generate::<F>().map_err(|issues| format!("{issues:?}"))?;
            let issues = F::validate(&file.instance);
            if !issues.is_empty() {
                return Err(format!("{}: {issues:?}", entry.key()).into());
            }
            let path = entry.path();
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            write_text(&path, &file.to_text()?)?;
            println!("{:>9} bytes  {}", fs::metadata(&path)?.len(), entry.key());
        }
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    registry::names().into_iter().try_for_each(|family| registry::dispatch(family, WriteAll)?)
}
