//! The files of the ROADEF/EURO challenge 2012: a model and an assignment in, a solution out.
//!
//! All numbers are integers between blanks; their order is that of the challenge's subject (Google,
//! *Google ROADEF/EURO challenge 2011-2012: machine reassignment*, section 4).

use placewright_models::machine_reassignment::instance::{
    BalanceCost, Instance, Machine, MachineId, MoveWeights, Process, Resource, ResourceId, Service,
    ServiceId,
};
use placewright_models::machine_reassignment::plan::Plan;
use placewright_models::machine_reassignment::validate::validate;
use placewright_solver::issue::Issue;
use serde_json::json;

use crate::codes;
use crate::family::{Imported, Options, Report};
use crate::files::{Rejected, Source};
use crate::options::Reader;

/// Imports a model and its assignment.
///
/// # Errors
/// When there are not two files, one of them is not what it should be, or the instance has issues.
pub fn import(sources: &[Source], options: &Options) -> Result<Imported<Instance>, Rejected> {
    let [model, assignment] = sources else {
        let name = sources.first().map_or("", |source| source.name.as_str());
        let cause = format!("{} files where a model and an assignment are needed", sources.len());
        return Err(Rejected::new(name, vec![codes::issue(codes::NOT_UNDERSTOOD, "", cause)]));
    };
    let mut reader = Reader::new(options, &[]);
    let issues = std::mem::take(&mut reader.issues);
    if !issues.is_empty() {
        return Err(model.reject(issues));
    }
    let mut instance = read_model(&model.text).map_err(|issue| model.reject(vec![issue]))?;
    let machines = read_assignment(&assignment.text, instance.processes.len())
        .map_err(|issue| assignment.reject(vec![issue]))?;
    for (process, machine) in instance.processes.iter_mut().zip(machines) {
        process.machine = machine;
    }
    let issues = validate(&instance);
    if !issues.is_empty() {
        return Err(model.reject(issues));
    }
    let summary = summary(&instance);
    Ok(Imported { instance, summary })
}

fn summary(instance: &Instance) -> Report {
    let (processes, machines) = (instance.processes.len(), instance.machines.len());
    let (services, resources) = (instance.services.len(), instance.resources.len());
    Report {
        text: format!(
            "{processes} processes of {services} services on {machines} machines with {resources} resources\n"
        ),
        json: json!({
            "processes": processes,
            "services": services,
            "machines": machines,
            "resources": resources,
        }),
    }
}

/// The solution file of a plan: a machine per process, in one line.
#[must_use]
pub fn solution_text(plan: &Plan) -> String {
    let machines: Vec<String> = plan.machines.iter().map(|machine| machine.0.to_string()).collect();
    machines.join(" ") + "\n"
}

/// Numbers between blanks, and where they stand.
struct Numbers<'a> {
    lines: std::iter::Enumerate<std::str::Lines<'a>>,
    words: std::str::SplitWhitespace<'a>,
    line: usize,
}

impl<'a> Numbers<'a> {
    fn of(text: &'a str) -> Self {
        Self { lines: text.lines().enumerate(), words: "".split_whitespace(), line: 0 }
    }

    fn word(&mut self) -> Option<&'a str> {
        loop {
            if let Some(word) = self.words.next() {
                return Some(word);
            }
            let (line, text) = self.lines.next()?;
            (self.line, self.words) = (line + 1, text.split_whitespace());
        }
    }

    /// The next number, which is what `what` says.
    fn next<T: std::str::FromStr>(&mut self, what: &str) -> Result<T, Issue> {
        let Some(word) = self.word() else {
            let cause = format!("the file ends where {what} should be");
            return Err(codes::issue(codes::TRUNCATED, "", cause));
        };
        word.parse().map_err(|_| {
            let word: String = word.chars().take(40).collect();
            let cause = format!("{word:?} is not {what}");
            Issue { line: Some(self.line), ..codes::issue(codes::BAD_FIELD, "", cause) }
        })
    }

    /// So many numbers.
    fn list<T: std::str::FromStr>(&mut self, count: usize, what: &str) -> Result<Vec<T>, Issue> {
        (0..count).map(|_| self.next(what)).collect()
    }

    fn end(&mut self) -> Result<(), Issue> {
        match self.word() {
            None => Ok(()),
            Some(_) => {
                let cause = "there are more numbers than the format has";
                Err(Issue { line: Some(self.line), ..codes::issue(codes::TRAILING, "", cause) })
            }
        }
    }
}

fn read_assignment(text: &str, processes: usize) -> Result<Vec<MachineId>, Issue> {
    let mut numbers = Numbers::of(text);
    let machines = numbers.list(processes, "a machine")?;
    numbers.end()?;
    Ok(machines.into_iter().map(MachineId).collect())
}

/// Reads a model; all processes are on machine 0 until the assignment is known.
fn read_model(text: &str) -> Result<Instance, Issue> {
    let mut numbers = Numbers::of(text);
    let numbers = &mut numbers;
    let count = |numbers: &mut Numbers, what: &str| numbers.next::<usize>(what);
    let resources = count(numbers, "the number of resources")?;
    let resources = (0..resources).map(|_| {
        let transient = numbers.next::<u8>("a flag, 0 or 1")? != 0;
        Ok(Resource { transient, load_weight: numbers.next("the weight of a load cost")? })
    });
    let resources: Vec<_> = resources.collect::<Result<_, Issue>>()?;
    let machine_count = count(numbers, "the number of machines")?;
    let machines = (0..machine_count).map(|_| {
        Ok(Machine {
            neighbourhood: numbers.next("a neighbourhood")?,
            location: numbers.next("a location")?,
            capacities: numbers.list(resources.len(), "a capacity")?,
            safety_capacities: numbers.list(resources.len(), "a safety capacity")?,
            move_costs: numbers.list(machine_count, "the cost of a move between machines")?,
        })
    });
    let machines: Vec<_> = machines.collect::<Result<_, Issue>>()?;
    let services = count(numbers, "the number of services")?;
    let services = (0..services).map(|_| {
        let min_locations = numbers.next("the locations that a service needs")?;
        let needed = count(numbers, "the number of services that a service depends on")?;
        let depends_on = numbers.list(needed, "a service")?;
        Ok(Service { min_locations, depends_on: depends_on.into_iter().map(ServiceId).collect() })
    });
    let services: Vec<_> = services.collect::<Result<_, Issue>>()?;
    let processes = count(numbers, "the number of processes")?;
    let processes = (0..processes).map(|_| {
        Ok(Process {
            service: ServiceId(numbers.next("a service")?),
            machine: MachineId(0),
            requirements: numbers.list(resources.len(), "a requirement")?,
            move_cost: numbers.next("the cost of moving a process")?,
        })
    });
    let processes: Vec<_> = processes.collect::<Result<_, Issue>>()?;
    let balance_costs = count(numbers, "the number of balance costs")?;
    let balance_costs = (0..balance_costs).map(|_| {
        Ok(BalanceCost {
            resource: ResourceId(numbers.next("a resource")?),
            partner: ResourceId(numbers.next("a resource")?),
            target: numbers.next("the target of a balance cost")?,
            weight: numbers.next("the weight of a balance cost")?,
        })
    });
    let balance_costs = balance_costs.collect::<Result<_, Issue>>()?;
    let move_weights = MoveWeights {
        process: numbers.next("the weight of process move costs")?,
        service: numbers.next("the weight of service move costs")?,
        machine: numbers.next("the weight of machine move costs")?,
    };
    numbers.end()?;
    Ok(Instance { resources, machines, services, processes, balance_costs, move_weights })
}
