//! What a family of problems adds to the engine's view of it: its methods and its exact model,
//! files, importers, emitters, reports.

use std::collections::BTreeMap;

use placewright_solver::certificate::Certificate;
use placewright_solver::driver::Methods;
use placewright_solver::error::EngineError;
use placewright_solver::exact::Formulation;
use placewright_solver::issue::{ErrorCode, Issue};
use placewright_solver::objective::Objective;
use placewright_solver::outcome::Outcome;
use placewright_solver::problem::Problem;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::codes;
use crate::files::{InstanceFile, Rejected, Source};
use crate::library::{Entry, source_text};

/// A family whose instances and plans can be read, written and told about.
pub trait Family: Problem<Instance: Serialize + DeserializeOwned + JsonSchema + Send> {
    /// Version of the family's instance and solution files.
    const VERSION: u32;

    /// Version of the family's engine files.
    const ENGINE_VERSION: u32;

    /// A plan as it stands in a file: names instead of indices.
    type PlanFile: Clone + Serialize + DeserializeOwned + JsonSchema;

    /// What emitters write: decisions by name, whether a plan made them or something that learns.
    type Emission;

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

    /// What emitters need to know of a plan.
    fn emission(instance: &Self::Instance, plan: &Self::Plan) -> Self::Emission;

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

    /// Comparisons of online policies on recorded runs.
    fn replays() -> &'static [Replay];

    /// Names of replays that need no recordings.
    fn replays_without_files() -> &'static [&'static str] {
        &[]
    }

    /// Engines that learn from recorded runs.
    fn learners() -> &'static [Learner<Self>]
    where
        Self: Sized;

    /// Questions that can be asked about an instance and its plan.
    #[must_use]
    fn questions() -> &'static [Question<Self>]
    where
        Self: Sized,
    {
        &[]
    }

    /// Makers of instances.
    fn generators() -> &'static [Generator<Self>]
    where
        Self: Sized;

    /// The family's instances of the library.
    fn library() -> Vec<Entry>;

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

/// Something that a family offers by name, with options.
pub struct Offer<R> {
    /// Name on the command line.
    pub name: &'static str,
    /// What it reads, makes or compares, in one line.
    pub title: &'static str,
    /// What can be chosen.
    pub options: &'static [OptionHelp],
    /// Does it.
    pub run: R,
}

/// The offer of a name.
#[must_use]
pub fn find<R>(offers: &'static [Offer<R>], name: &str) -> Option<&'static Offer<R>> {
    offers.iter().find(|offer| offer.name == name)
}

/// A reader of a foreign format.
pub type Importer<F> = Offer<Import<<F as Problem>::Instance>>;

/// Makes one instance of one or more sources with the options given by name, or refuses the first
/// bad one with every reason.
pub type Import<I> = fn(&[Source], &Options) -> Result<Imported<I>, Rejected>;

/// Options of an importer or generator by name, as the user wrote them.
pub type Options = BTreeMap<String, String>;

/// An option of an importer or generator.
#[derive(Clone, Copy, Debug)]
pub struct OptionHelp {
    /// Its name.
    pub name: &'static str,
    /// What it means, its unit, and its default.
    pub help: &'static str,
}

/// What an importer made of its sources.
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
    /// Writes decisions; those of a plan are ones that the referee accepts.
    pub emit: fn(&F::Emission) -> String,
}

/// A comparison of online policies on recorded runs; its name is the format of the recordings.
pub type Replay = Offer<RunReplay>;

/// Replays recordings, each under the name of its workflow, telling how far it is.
pub type RunReplay = fn(&[(String, Source)], &Options, Progress) -> Result<Report, Rejected>;

/// An engine that learns from recorded runs; its name is the format of the recordings.
pub type Learner<F> = Offer<Learn<F>>;

/// Learns from recordings with the options given by name, from nothing or from an engine file.
pub type Learn<F> = fn(&[Source], Option<&Source>, &Options) -> Result<Learned<F>, Rejected>;

/// What came of learning.
pub struct Learned<F: Family> {
    /// The text of the engine file, to go on from.
    pub engine: String,
    /// What the next run should use.
    pub emission: F::Emission,
    /// What the recordings would have cost with what was known at every moment.
    pub report: Report,
    /// What was used of the recordings, what was skipped and why.
    pub summary: Report,
}

/// Is told how far long work has come, in a few words; from any thread.
pub type Progress<'a> = &'a (dyn Fn(&str) + Sync);

/// A maker of instances.
pub type Generator<F> = Offer<Generate<<F as Problem>::Instance>>;

/// Makes an instance from a seed and options by name, or says what is wrong with the options. The
/// same seed and options give the same instance on every machine.
pub type Generate<I> = fn(u64, &Options) -> Result<I, Vec<Issue>>;

/// A question about an instance and, where there is one, its plan; answers may take searches.
pub type Question<F> = Offer<Ask<F>>;

/// Answers with the options given by name.
pub type Ask<F> = fn(&Asked<F>, &Options) -> Result<Report, Unanswered>;

/// What a question is about.
pub struct Asked<'a, F: Family> {
    /// The instance.
    pub instance: &'a F::Instance,
    /// A plan that the referee accepts.
    pub plan: Option<&'a F::Plan>,
    /// Solves instances, from a plan or from nothing.
    pub search: Search<'a, F>,
}

/// Solves an instance, from a plan or from nothing, within what the question may spend.
pub type Search<'a, F> = &'a dyn Fn(
    &<F as Problem>::Instance,
    Option<<F as Problem>::Plan>,
    Until,
) -> Result<Outcome<<F as Problem>::Plan>, EngineError>;

/// How long a search goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Until the plan is proved to be best, or time is up.
    BestPlan,
    /// Until there is a plan, or a proof that there is none: one of many searches.
    AnyPlan,
}

/// Why a question has no answer.
#[derive(Debug)]
pub enum Unanswered {
    /// Its options make no sense.
    Options(Vec<Issue>),
    /// A search contradicted itself.
    Engine(EngineError),
}

impl From<EngineError> for Unanswered {
    fn from(error: EngineError) -> Self {
        Unanswered::Engine(error)
    }
}

/// The emitter of a name.
#[must_use]
pub fn emitter<F: Family>(name: &str) -> Option<&'static Emitter<F>> {
    F::emitters().iter().find(|emitter| emitter.name == name)
}

/// Makes an instance with the generator of a name, in the file that tells how it was made.
///
/// # Errors
/// When there is no such generator, or it refuses the options.
pub fn generate<F: Family>(
    name: &str,
    kind: &str,
    seed: u64,
    options: &Options,
) -> Result<InstanceFile<F::Instance>, Vec<Issue>> {
    let known = || F::generators().iter().map(|each| each.name).collect::<Vec<_>>().join(", ");
    let generator = find(F::generators(), kind).ok_or_else(|| {
        let cause = format!("there is no generator {kind:?}; there are: {}", known());
        vec![codes::issue(codes::BAD_OPTION, "kind", cause)]
    })?;
    let instance = (generator.run)(seed, options)?;
    let source = source_text(kind, options);
    Ok(InstanceFile { seed: Some(seed), ..InstanceFile::new::<F>(name, source, instance) })
}
