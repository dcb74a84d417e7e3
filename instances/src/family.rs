//! What a family of problems adds to the engine's view of it: its methods and its exact model,
//! files, importers, emitters, reports.

use std::collections::BTreeMap;

use placewright_solver::certificate::Certificate;
use placewright_solver::driver::Methods;
use placewright_solver::exact::Formulation;
use placewright_solver::issue::{ErrorCode, Issue};
use placewright_solver::objective::Objective;
use placewright_solver::problem::Problem;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::files::{Rejected, Source};

/// A family whose instances and plans can be read, written and told about.
pub trait Family: Problem<Instance: Serialize + DeserializeOwned + JsonSchema + Send> {
    /// Version of the family's instance and solution files.
    const VERSION: u32;

    /// A plan as it stands in a file: names instead of indices.
    type PlanFile: Clone + Serialize + DeserializeOwned + JsonSchema;

    /// The methods that solve an instance. They share its prepared data: new ones per instance.
    fn methods() -> Methods<Self>
    where
        Self: Sized;

    /// The methods that bound an instance without a model; new ones per instance.
    fn bounding() -> Methods<Self>
    where
        Self: Sized;

    /// The exact model, for export and for the answers of other solvers.
    fn formulation() -> Box<dyn Formulation<Self>>
    where
        Self: Sized;

    /// A cost with its unit and, where it helps, in a unit people think in.
    fn cost_text(cost: &Objective) -> String;

    /// The file form of a plan of this instance. Indices beyond the instance are left out; the
    /// referee accepts no such plan.
    fn plan_to_file(instance: &Self::Instance, plan: &Self::Plan) -> Self::PlanFile;

    /// The plan that a file describes.
    ///
    /// # Errors
    /// Names that are unknown, missing or given twice, with pointers relative to the plan.
    fn plan_from_file(
        instance: &Self::Instance,
        file: Self::PlanFile,
    ) -> Result<Self::Plan, Vec<Issue>>;

    /// What a plan does to an instance, for people and for programs.
    fn report(instance: &Self::Instance, plan: &Self::Plan) -> Report;

    /// What an accepted plan achieves, in one line.
    fn headline(instance: &Self::Instance, plan: &Self::Plan) -> String;

    /// Why an accepted plan looks as it does, or what stands in the way of one.
    fn explain(
        instance: &Self::Instance,
        plan: Option<&Self::Plan>,
        certificate: Option<&Certificate>,
    ) -> Report;

    /// Readers of foreign formats.
    fn importers() -> &'static [Importer<Self>]
    where
        Self: Sized;

    /// Writers of foreign formats.
    fn emitters() -> &'static [Emitter<Self>]
    where
        Self: Sized;

    /// The family's part of the error index.
    fn codes() -> &'static [ErrorCode];
}

/// A report as a text table and as data.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// For people; ends with a newline.
    pub text: String,
    /// For programs.
    pub json: serde_json::Value,
}

/// A reader of a foreign format.
pub struct Importer<F: Family> {
    /// Name on the command line.
    pub name: &'static str,
    /// What it reads, in one line.
    pub title: &'static str,
    /// What can be chosen.
    pub options: &'static [OptionHelp],
    /// Reads a source with the options given by name.
    pub run: Import<F::Instance>,
}

/// Reads a source with the options given by name, or refuses it with every reason.
pub type Import<I> = fn(&Source, &Options) -> Result<Imported<I>, Rejected>;

/// Options of an importer by name, as the user wrote them.
pub type Options = BTreeMap<String, String>;

/// An option of an importer.
#[derive(Clone, Copy, Debug)]
pub struct OptionHelp {
    /// Its name.
    pub name: &'static str,
    /// What it means, its unit, and its default.
    pub help: &'static str,
}

/// What an importer made of a source.
#[derive(Clone, Debug)]
pub struct Imported<I> {
    /// The instance; it has no issues.
    pub instance: I,
    /// What was used, what was skipped and why.
    pub summary: Report,
}

/// A writer of a foreign format.
pub struct Emitter<F: Family> {
    /// Name on the command line.
    pub name: &'static str,
    /// What it writes, in one line.
    pub title: &'static str,
    /// Usual ending of the file's name, without the dot.
    pub extension: &'static str,
    /// Writes a plan that the referee accepts.
    pub emit: fn(&F::Instance, &F::Plan) -> String,
}

/// The importer of a name.
#[must_use]
pub fn importer<F: Family>(name: &str) -> Option<&'static Importer<F>> {
    F::importers().iter().find(|importer| importer.name == name)
}

/// The emitter of a name.
#[must_use]
pub fn emitter<F: Family>(name: &str) -> Option<&'static Emitter<F>> {
    F::emitters().iter().find(|emitter| emitter.name == name)
}
