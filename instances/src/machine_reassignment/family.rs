//! Machine reassignment's entry in the registry.

use placewright_models::machine_reassignment::explain::explain;
use placewright_models::machine_reassignment::formulation::Compact;
use placewright_models::machine_reassignment::instance::Instance;
use placewright_models::machine_reassignment::plan::Plan;
use placewright_models::machine_reassignment::{MachineReassignment, codes, methods};
use placewright_solver::certificate::Certificate;
use placewright_solver::driver::Methods;
use placewright_solver::exact::Formulation;
use placewright_solver::issue::{ErrorCode, Issue};
use placewright_solver::objective::Objective;

use super::plan_file::PlanFile;
use super::{generate, report, roadef};
use crate::family::{Emitter, Family, Generator, Importer, Learner, Offer, Replay, Report};
use crate::library::Entry;

const IMPORTERS: &[Importer<MachineReassignment>] = &[Offer {
    name: "roadef",
    title: "a model and an assignment of the ROADEF/EURO challenge 2012, in this order",
    options: &[],
    run: roadef::import,
}];

const EMITTERS: &[Emitter<MachineReassignment>] = &[Emitter {
    name: "roadef",
    title: "a solution file of the ROADEF/EURO challenge 2012: a machine per process",
    extension: "txt",
    emit: roadef::solution_text,
}];

impl Family for MachineReassignment {
    const VERSION: u32 = 1;
    const ENGINE_VERSION: u32 = 1;

    type PlanFile = PlanFile;
    type Emission = Plan;

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
        cost.to_string()
    }

    fn plan_to_file(_: &Instance, plan: &Plan) -> PlanFile {
        PlanFile::of(plan)
    }

    fn plan_from_file(instance: &Instance, file: PlanFile) -> Result<Plan, Vec<Issue>> {
        file.into_plan(instance)
    }

    fn emission(_: &Instance, plan: &Plan) -> Plan {
        plan.clone()
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
        IMPORTERS
    }

    fn emitters() -> &'static [Emitter<Self>] {
        EMITTERS
    }

    fn replays() -> &'static [Replay] {
        &[]
    }

    fn learners() -> &'static [Learner<Self>] {
        &[]
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
