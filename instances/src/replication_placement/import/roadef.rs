//! Models of the Google ROADEF/EURO challenge 2012 (machine reassignment), as far as a join needs
//! them.

use placewright_solver::issue::Issue;

use crate::codes;

/// A machine.
pub(super) struct Machine {
    pub(super) neighbourhood: u64,
    pub(super) location: u64,
    /// By resource.
    pub(super) capacities: Vec<u64>,
}

/// A service with its processes.
#[derive(Default)]
pub(super) struct Service {
    /// Locations that it must be spread over.
    pub(super) spread: u64,
    /// By process: what it requires of every resource.
    pub(super) processes: Vec<Vec<u64>>,
}

/// Machines and services of a model.
pub(super) struct Model {
    pub(super) resources: u64,
    pub(super) machines: Vec<Machine>,
    pub(super) services: Vec<Service>,
}

/// Reads a model: blank-separated integers, see the challenge's description.
///
/// # Errors
/// The first thing that is not a number in range, with its line, or where the file ends.
pub(super) fn read(text: &str) -> Result<Model, Vec<Issue>> {
    let lines = text.lines().zip(1..);
    let words = lines.flat_map(|(line, number)| line.split_whitespace().map(move |w| (w, number)));
    let mut reader = Words { words, line: 1 };
    reader.model().map_err(|issue| vec![issue])
}

/// More of anything than this is not a model.
const MOST: u64 = 1 << 20;

struct Words<W> {
    words: W,
    line: usize,
}

impl<'a, W: Iterator<Item = (&'a str, usize)>> Words<W> {
    fn issue(&self, code: &'static placewright_solver::issue::ErrorCode, cause: String) -> Issue {
        Issue { line: Some(self.line), ..codes::issue(code, "", cause) }
    }

    fn number(&mut self, what: &str) -> Result<u64, Issue> {
        let Some((word, line)) = self.words.next() else {
            let cause = format!("the file ends where {what} should be");
            return Err(self.issue(codes::TRUNCATED, cause));
        };
        self.line = line;
        let not = || format!("{word:?} is not a number, {what} should be here");
        word.parse().map_err(|_| self.issue(codes::BAD_FIELD, not()))
    }

    fn count(&mut self, what: &str) -> Result<u64, Issue> {
        let count = self.number(what)?;
        if count <= MOST {
            return Ok(count);
        }
        let cause = format!("{what}: {count} is above {MOST}");
        Err(self.issue(codes::FIELD_OUT_OF_RANGE, cause))
    }

    fn numbers(&mut self, count: u64, what: &str) -> Result<Vec<u64>, Issue> {
        (0..count).map(|_| self.number(what)).collect()
    }

    fn model(&mut self) -> Result<Model, Issue> {
        let resources = self.count("the number of resources")?;
        if resources == 0 {
            return Err(
                self.issue(codes::BAD_FIELD, "a model has at least one resource".to_owned())
            );
        }
        self.numbers(2 * resources, "a resource")?;
        let machines = self.count("the number of machines")?;
        let mut model = Model { resources, machines: Vec::new(), services: Vec::new() };
        for _ in 0..machines {
            let neighbourhood = self.number("a neighbourhood")?;
            let location = self.number("a location")?;
            let capacities = self.numbers(resources, "a capacity")?;
            self.numbers(resources, "a safety capacity")?;
            self.numbers(machines, "a cost of a move")?;
            model.machines.push(Machine { neighbourhood, location, capacities });
        }
        for _ in 0..self.count("the number of services")? {
            let spread = self.number("a spread")?;
            let others = self.count("the number of services that it depends on")?;
            self.numbers(others, "a service")?;
            model.services.push(Service { spread, processes: Vec::new() });
        }
        for _ in 0..self.count("the number of processes")? {
            let service = self.number("the service of a process")?;
            let required = self.numbers(resources, "a requirement")?;
            self.number("the cost of a process")?;
            let known = model.services.len();
            let Some(own) = model.services.get_mut(service as usize) else {
                let cause = format!("service {service}, there are {known}");
                return Err(self.issue(codes::FIELD_OUT_OF_RANGE, cause));
            };
            own.processes.push(required);
        }
        Ok(model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two machines, one service of two processes.
    const TINY: &str =
        "1 0 5\n2\n0 1 100 80 0 3\n1 2 90 80 3 0\n1\n2 0\n2\n0 10 1\n0 12 1\n0\n1 1 1\n";

    #[test]
    fn models_are_read_as_far_as_needed() {
        let model = read(TINY).unwrap();
        assert_eq!((model.resources, model.machines.len()), (1, 2));
        assert_eq!((model.machines[1].location, model.machines[1].capacities[0]), (2, 90));
        assert_eq!(model.services[0].processes, [[10], [12]]);
        assert_eq!(model.services[0].spread, 2);
        let code = |text: &str| {
            let issue = read(text).err().unwrap().remove(0);
            (issue.code, issue.line)
        };
        assert_eq!(code(&TINY.replace("90", "x")), ("PW044", Some(4)));
        assert_eq!(code("1 0 5\n2\n0"), ("PW003", Some(3)));
        assert_eq!(code(&TINY.replace("0 12 1", "7 12 1")), ("PW046", Some(9)));
    }
}
