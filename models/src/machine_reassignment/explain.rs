//! Why a plan costs what it costs, and which moves are worth most. Reads an accepted plan; changes
//! nothing and proves nothing new.

use std::fmt::Write;

use serde::Serialize;

use super::check::cost;
use super::instance::{Instance, MachineId};
use super::plan::Plan;
use super::search::board::Board;

/// What there is to say about a plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Explanation {
    /// Parts of the cost, for the original assignment and for the plan.
    pub parts: Vec<Part>,
    /// Processes that moved, those first whose return would cost most.
    pub moves: Vec<Move>,
}

/// A part of the cost.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// What it is.
    pub name: &'static str,
    /// In the original assignment.
    pub before: i128,
    /// In the plan.
    pub after: i128,
}

/// A process that moved.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Move {
    /// The process.
    pub process: usize,
    /// Where it was.
    pub from: MachineId,
    /// Where it is.
    pub to: MachineId,
    /// What its return alone would cost; `None` where rules forbid it as the others are.
    pub return_costs: Option<i64>,
}

/// Explains a plan that the referee accepts. Time O(processes · resources + moves · log moves).
#[must_use]
pub fn explain(instance: &Instance, plan: Option<&Plan>) -> Explanation {
    let Some(plan) = plan else { return Explanation::default() };
    let (before, after) = (cost(instance, &instance.original()), cost(instance, plan));
    let part = |name, before, after| Part { name, before, after };
    let parts = vec![
        part("load beyond safety", before.load, after.load),
        part("balance", before.balance, after.balance),
        part("process moves", before.process_moves, after.process_moves),
        part("service moves", before.service_moves, after.service_moves),
        part("machine moves", before.machine_moves, after.machine_moves),
    ];
    let board = Board::new(instance, plan);
    let mut moves: Vec<Move> = board
        .displaced()
        .iter()
        .map(|&p| {
            let home = board.tables.home[p as usize];
            let possible = board.fits(p, home) && board.may_go(p, home);
            let return_costs = possible.then(|| board.effect_of_shift(p, home));
            let to = MachineId(board.at(p));
            Move { process: p as usize, from: MachineId(home), to, return_costs }
        })
        .collect();
    moves.sort_by_key(|each| (std::cmp::Reverse(each.return_costs), each.process));
    Explanation { parts, moves }
}

/// Moves that the text lists.
const LISTED: usize = 20;

impl Explanation {
    /// The explanation for people; ends with a newline.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _infallible = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        if self.parts.is_empty() {
            return writeln!(out, "without a plan there is nothing to explain: staying is one");
        }
        for part in &self.parts {
            writeln!(out, "{:20} {:>16} before {:>16} now", part.name, part.before, part.after)?;
        }
        writeln!(out, "{} processes move", self.moves.len())?;
        for each in self.moves.iter().take(LISTED) {
            let (from, to) = (each.from.0, each.to.0);
            write!(out, "    process {}: machine {from} → {to}; ", each.process)?;
            match each.return_costs {
                Some(more) => writeln!(out, "going back alone would cost {more} more")?,
                None => writeln!(out, "it cannot go back alone")?,
            }
        }
        if self.moves.len() > LISTED {
            writeln!(out, "    and {} more", self.moves.len() - LISTED)?;
        }
        Ok(())
    }
}
