//! A linear program that lives on between solves: grow it, change it, solve again from the last
//! basis. What column generation and cutting planes stand on.

use highs::HighsModelStatus;

use super::arrays::{Arrays, Block, index};
use super::ffi::{Answer, Basis, HighsError, Session, Signal};
use crate::budget::{Budget, Stop};
use crate::mip::model::{Bounds, Column, MipModel, Row};
use crate::mip::validate::InvalidModel;

/// A column to append, with its entries in rows that exist.
#[derive(Clone, Debug, PartialEq)]
pub struct NewColumn {
    /// Cost per unit.
    pub cost: f64,
    /// Bounds.
    pub bounds: Bounds,
    /// Coefficients, each row at most once.
    pub entries: Vec<(Row, f64)>,
}

/// A row to append, with its entries in columns that exist.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRow {
    /// Bounds.
    pub bounds: Bounds,
    /// Coefficients, each column at most once.
    pub entries: Vec<(Column, f64)>,
}

/// What is known about a linear program.
#[derive(Clone, Debug, PartialEq)]
pub enum LpStatus {
    /// The values and duals are optimal.
    Optimal,
    /// There are no feasible values. The ray holds Farkas multipliers where the engine has them:
    /// `Σ y_i (a_i x)` is bounded away from what the sides of the rows allow.
    Infeasible(Option<Vec<f64>>),
    /// The objective has no end.
    Unbounded,
    /// One of the two.
    InfeasibleOrUnbounded,
    /// The budget ended first; values and duals are those of the last iteration and prove nothing.
    Stopped(Stop),
    /// The engine gave up; the text says how.
    NumericalTrouble(String),
}

/// The answer of one solve. Vectors are empty where the engine has none.
#[derive(Clone, Debug, PartialEq)]
pub struct LpOutcome {
    /// What is known.
    pub status: LpStatus,
    /// Objective of `columns`, constant included.
    pub objective: f64,
    /// Values.
    pub columns: Vec<f64>,
    /// Reduced costs `c_j - Σ_i y_i a_ij`.
    pub reduced_costs: Vec<f64>,
    /// Activities of the rows.
    pub rows: Vec<f64>,
    /// Duals `y_i`: the change of the objective per unit of the row's active side.
    pub row_duals: Vec<f64>,
    /// Simplex iterations of this solve.
    pub iterations: u64,
}

/// Why a session cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum LpError {
    /// The model is not sound.
    #[error(transparent)]
    Model(#[from] InvalidModel),
    /// HiGHS refused a change: an index out of range, a number that is not one, a repeated entry.
    #[error(transparent)]
    Highs(#[from] HighsError),
}

/// A live linear program in HiGHS. Stays on the thread that made it.
pub struct LpSession {
    session: Session,
    nonzeros: usize,
}

impl LpSession {
    /// The linear relaxation of `model`.
    pub fn new(model: &MipModel) -> Result<Self, LpError> {
        model.validate()?;
        let mut session = Session::new()?;
        session.set_option("threads", 1)?;
        session.set_option("parallel", "off")?;
        let mut arrays = Arrays::of(model);
        arrays.integrality.fill(highs_sys::VAR_TYPE_CONTINUOUS);
        session.pass(&arrays)?;
        Ok(Self { session, nonzeros: model.num_nonzeros() })
    }

    /// How many columns there are now.
    #[must_use]
    pub fn num_columns(&self) -> usize {
        self.session.num_columns()
    }

    /// How many rows there are now.
    #[must_use]
    pub fn num_rows(&self) -> usize {
        self.session.num_rows()
    }

    /// Appends columns and returns the first one's position. They enter at a bound, so the next
    /// solve starts from the last basis.
    pub fn add_columns(&mut self, columns: &[NewColumn]) -> Result<Column, LpError> {
        let first = Column::new(self.num_columns());
        let mut block = Block::default();
        for column in columns {
            block.open(column.bounds.lower, column.bounds.upper);
            column.entries.iter().for_each(|(row, value)| block.push(row.index(), *value));
        }
        let costs: Vec<f64> = columns.iter().map(|column| column.cost).collect();
        self.nonzeros += block.indices.len();
        self.session.add_columns(&costs, &block)?;
        Ok(first)
    }

    /// Appends rows and returns the first one's position. Their slacks enter the basis, so the
    /// next solve goes on by the dual simplex.
    pub fn add_rows(&mut self, rows: &[NewRow]) -> Result<Row, LpError> {
        let first = Row::new(self.num_rows());
        let mut block = Block::default();
        for row in rows {
            block.open(row.bounds.lower, row.bounds.upper);
            row.entries.iter().for_each(|(column, value)| block.push(column.index(), *value));
        }
        self.nonzeros += block.indices.len();
        self.session.add_rows(&block)?;
        Ok(first)
    }

    /// Changes a cost.
    pub fn set_cost(&mut self, column: Column, cost: f64) -> Result<(), LpError> {
        if !cost.is_finite() {
            return Err(HighsError::new("a cost", format!("{cost}")).into());
        }
        Ok(self.session.change_cost(column.index(), cost)?)
    }

    /// Changes the bounds of a column.
    pub fn set_column_bounds(&mut self, column: Column, bounds: Bounds) -> Result<(), LpError> {
        Ok(self.session.change_column_bounds(column.index(), bounds.lower, bounds.upper)?)
    }

    /// Changes the bounds of a row.
    pub fn set_row_bounds(&mut self, row: Row, bounds: Bounds) -> Result<(), LpError> {
        Ok(self.session.change_row_bounds(row.index(), bounds.lower, bounds.upper)?)
    }

    /// Deletes rows, given in increasing order; later rows move up.
    pub fn delete_rows(&mut self, rows: &[Row]) -> Result<(), LpError> {
        let positions: Vec<_> = rows.iter().map(|row| index(row.index())).collect();
        Ok(self.session.delete_rows(&positions)?)
    }

    /// Deletes columns, given in increasing order; later columns move up.
    pub fn delete_columns(&mut self, columns: &[Column]) -> Result<(), LpError> {
        let positions: Vec<_> = columns.iter().map(|column| index(column.index())).collect();
        Ok(self.session.delete_columns(&positions)?)
    }

    /// The basis of the last solve, to be kept for [`LpSession::set_basis`].
    pub fn basis(&self) -> Result<Basis, LpError> {
        Ok(self.session.basis()?)
    }

    /// The basis the next solve starts from; its size must fit.
    pub fn set_basis(&mut self, basis: &Basis) -> Result<(), LpError> {
        Ok(self.session.set_basis(basis)?)
    }

    /// Solves from the current basis within `budget`, which is charged `1 + nonzeros / 1000` work
    /// units an iteration. That there is no solution counts only where HiGHS says so without presolve,
    /// which cancels bounds that are large but not infinite.
    pub fn solve(&mut self, budget: &Budget) -> Result<LpOutcome, LpError> {
        let first = self.solve_once(budget)?;
        if !matches!(first.status, LpStatus::Infeasible(_) | LpStatus::InfeasibleOrUnbounded) {
            return Ok(first);
        }
        self.session.set_option("presolve", "off")?;
        let second = self.solve_once(budget);
        self.session.set_option("presolve", "choose")?;
        let second = second?;
        Ok(LpOutcome { iterations: first.iterations + second.iterations, ..second })
    }

    fn solve_once(&mut self, budget: &Budget) -> Result<LpOutcome, LpError> {
        let work = 1 + self.nonzeros as u64 / 1000;
        let limit = budget.work_left().map_or(u64::MAX, |left| left / work);
        self.session
            .set_option("simplex_iteration_limit", i32::try_from(limit).unwrap_or(i32::MAX))?;
        let mut watch = |_: Signal<'_>| match budget.stop() {
            Some(Stop::TimeLimit | Stop::Cancelled) => Answer::Interrupt,
            _ => Answer::Continue,
        };
        let status = self.session.run(&mut watch)?;
        let count = self.session.int_info(c"simplex_iteration_count");
        let iterations = count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0);
        budget.spend(iterations.saturating_mul(work));
        let solution = self.session.solution()?;
        Ok(LpOutcome {
            status: self.status(status, budget),
            objective: self.session.double_info(c"objective_function_value").unwrap_or(f64::NAN),
            columns: solution.columns,
            reduced_costs: solution.column_duals,
            rows: solution.rows,
            row_duals: solution.row_duals,
            iterations,
        })
    }

    fn status(&self, status: HighsModelStatus, budget: &Budget) -> LpStatus {
        match status {
            HighsModelStatus::Optimal | HighsModelStatus::ModelEmpty => LpStatus::Optimal,
            HighsModelStatus::Infeasible => LpStatus::Infeasible(self.session.dual_ray()),
            HighsModelStatus::Unbounded => LpStatus::Unbounded,
            HighsModelStatus::UnboundedOrInfeasible => LpStatus::InfeasibleOrUnbounded,
            HighsModelStatus::ReachedIterationLimit => LpStatus::Stopped(Stop::WorkLimit),
            HighsModelStatus::ReachedInterrupt | HighsModelStatus::ReachedTimeLimit => {
                LpStatus::Stopped(budget.stop().unwrap_or(Stop::TimeLimit))
            }
            other => LpStatus::NumericalTrouble(format!("HiGHS ended with {other:?}")),
        }
    }
}
