//! Replication placement's entry in the registry.

use placewright_models::replication_placement::cost_text::cost_text;
use placewright_models::replication_placement::explain::explain;
use placewright_models::replication_placement::formulation::Compact;
use placewright_models::replication_placement::instance::Instance;
use placewright_models::replication_placement::plan::Plan;
use placewright_models::replication_placement::{ReplicationPlacement, codes, methods};
use placewright_solver::certificate::Certificate;
use placewright_solver::driver::Methods;
use placewright_solver::exact::Formulation;
use placewright_solver::issue::{ErrorCode, Issue};
use placewright_solver::objective::Objective;

use super::emit::MoveList;
use super::plan_file::PlanFile;
use super::{ask, emit, generate, import, replay, report};
use crate::family::{Emitter, Family, Generator, Importer, Learner, Question, Replay, Report};
use crate::library::Entry;

impl Family for ReplicationPlacement {
    const VERSION: u32 = 1;
    const ENGINE_VERSION: u32 = 1;

    type PlanFile = PlanFile;
    type Emission = MoveList;

    fn methods() -> Methods<Self> {
        methods::methods()
    }

    fn bounding() -> Methods<Self> {
        methods::bounding()
    }

    fn formulation() -> Box<dyn Formulation<Self>> {
        Box::new(Compact)
    }

    fn cost_text(cost: &Objective) -> String {
        cost_text(cost)
    }

    fn plan_to_file(instance: &Instance, plan: &Plan) -> PlanFile {
        PlanFile::of(instance, plan)
    }

    fn plan_from_file(instance: &Instance, file: PlanFile) -> Result<Plan, Vec<Issue>> {
        file.into_plan(instance)
    }

    fn emission(instance: &Instance, plan: &Plan) -> MoveList {
        MoveList::of(instance, plan)
    }

    fn report(instance: &Instance, plan: &Plan) -> Report {
        report::report(instance, plan)
    }

    fn headline(instance: &Instance, plan: &Plan) -> String {
        report::headline(instance, plan)
    }

    fn explain(instance: &Instance, plan: Option<&Plan>, _: Option<&Certificate>) -> Report {
        let explanation = explain(instance, plan);
        // Plain data always serialises.
        let json = serde_json::to_value(&explanation).unwrap_or_default();
        Report { text: explanation.to_text(), json }
    }

    fn importers() -> &'static [Importer<Self>] {
        import::IMPORTERS
    }

    fn emitters() -> &'static [Emitter<Self>] {
        emit::EMITTERS
    }

    fn replays() -> &'static [Replay] {
        replay::REPLAYS
    }

    fn replays_without_files() -> &'static [&'static str] {
        replay::WITHOUT_FILES
    }

    fn learners() -> &'static [Learner<Self>] {
        &[]
    }

    fn questions() -> &'static [Question<Self>] {
        ask::QUESTIONS
    }

    fn generators() -> &'static [Generator<Self>] {
        generate::GENERATORS
    }

    fn library() -> Vec<Entry> {
        generate::library()
    }

    fn codes() -> &'static [ErrorCode] {
        codes::CODES
    }
}
