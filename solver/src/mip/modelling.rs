//! Readable models: write expressions with good_lp's operators, get a [`MipModel`].
//!
//! good_lp's own problem type forgets names and the objective constant on the way to a solver, and
//! its constraints forget which side of an inequality was the constant. Here a row is an expression
//! and explicit [`Bounds`]; a constant within the expression moves to the bounds.
//!
//! ```
//! use good_lp::Expression;
//! use placewright_solver::mip::{Bounds, ColumnKind, Modeller};
//! let mut modeller = Modeller::new("knapsack");
//! let x = modeller.binary("x");
//! let y = modeller.binary("y");
//! modeller.row("weight", 3 * x + 4 * y + 1, Bounds::at_most(6.0));
//! let model = modeller.maximise(5 * x + 6 * y + 10);
//! assert_eq!(model.objective(&[0.0, 1.0]), 16.0);
//! assert_eq!(model.row_bounds(model.rows().next().unwrap()).upper, 5.0);
//! ```

use std::collections::HashMap;
use std::fmt::Display;

use good_lp::{Constraint, Expression, IntoAffineExpression, ProblemVariables, Variable, variable};

use super::model::{Bounds, Column, ColumnKind, MipModel, Sense};

/// Builds a [`MipModel`] from good_lp expressions. Costs about 0.4 µs a nonzero; where that
/// matters, call [`MipModel::add_row`] directly.
#[derive(Default)]
pub struct Modeller {
    variables: ProblemVariables,
    columns: HashMap<Variable, Column>,
    model: MipModel,
}

impl Modeller {
    /// An empty model.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { model: MipModel::new(name), ..Self::default() }
    }

    /// Adds a variable.
    pub fn variable(
        &mut self,
        name: impl Into<String>,
        bounds: Bounds,
        kind: ColumnKind,
    ) -> Variable {
        let name = name.into();
        let column = self.model.add_column(&name, bounds, 0.0, kind);
        let definition = variable().name(name).min(bounds.lower).max(bounds.upper);
        let variable = self.variables.add(match kind {
            ColumnKind::Integer => definition.integer(),
            ColumnKind::Continuous => definition,
        });
        self.columns.insert(variable, column);
        variable
    }

    /// Adds a variable that is 0 or 1.
    pub fn binary(&mut self, name: impl Into<String>) -> Variable {
        self.variable(name, Bounds::UNIT, ColumnKind::Integer)
    }

    /// Adds `bounds.lower <= expression <= bounds.upper`. Coefficients are sorted by column, since
    /// good_lp keeps them in hash order.
    pub fn row(
        &mut self,
        name: impl Display,
        expression: impl IntoAffineExpression,
        bounds: Bounds,
    ) {
        let expression = Expression::from_other_affine(expression);
        let constant = expression.constant();
        let bounds = Bounds { lower: bounds.lower - constant, upper: bounds.upper - constant };
        let entries = self.entries(&expression);
        self.model.add_row(name, bounds, entries);
    }

    /// Adds a constraint written in good_lp's way (`constraint!(x + y <= 3)`); an inequality
    /// becomes its normal form `expression <= 0`, so a `>=` arrives with its signs turned.
    pub fn constraint(&mut self, name: impl Display, constraint: &Constraint) {
        let upper_only = if constraint.is_equality() { 0.0 } else { f64::NEG_INFINITY };
        self.row(name, constraint.expression().clone(), Bounds::between(upper_only, 0.0));
    }

    /// The model with this objective to be minimised.
    #[must_use]
    pub fn minimise(self, objective: impl IntoAffineExpression) -> MipModel {
        self.finish(objective, Sense::Minimise)
    }

    /// The model with this objective to be maximised.
    #[must_use]
    pub fn maximise(self, objective: impl IntoAffineExpression) -> MipModel {
        self.finish(objective, Sense::Maximise)
    }

    fn finish(mut self, objective: impl IntoAffineExpression, sense: Sense) -> MipModel {
        let objective = Expression::from_other_affine(objective);
        self.model.set_sense(sense);
        self.model.set_constant(objective.constant());
        for (column, cost) in self.entries(&objective) {
            if column.index() < self.model.num_columns() {
                self.model.set_cost(column, cost);
            }
        }
        self.model
    }

    /// The terms by column, each column once. A variable this modeller did not make becomes a
    /// column no model has, for [`MipModel::validate`] to report.
    fn entries(&self, expression: &Expression) -> Vec<(Column, f64)> {
        let column = |variable| self.columns.get(&variable).copied();
        let terms = expression.linear_coefficients();
        let mut entries: Vec<_> = terms
            .map(|(variable, value)| (column(variable).unwrap_or(Column::new(usize::MAX)), value))
            .collect();
        entries.sort_unstable_by_key(|(column, _)| *column);
        entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mip::{ModelError, Row};
    use good_lp::constraint;

    #[test]
    fn terms_names_and_constants_arrive() {
        let mut modeller = Modeller::new("m");
        let x = modeller.variable("x", Bounds::between(0.0, 3.0), ColumnKind::Integer);
        let y = modeller.variable("y", Bounds::FREE, ColumnKind::Continuous);
        modeller.row("range", 2 * x - y + x + 4, Bounds::between(0.0, 9.0));
        modeller.constraint("less", &constraint!(x + 1 >= y));
        modeller.constraint("same", &constraint!(x + y == 2));
        let model = modeller.minimise(x - 3 * y + 7);
        let (x, y) = (Column::new(0), Column::new(1));
        assert_eq!(model.entries(Row::new(0)).collect::<Vec<_>>(), [(x, 3.0), (y, -1.0)]);
        assert_eq!(model.row_bounds(Row::new(0)), Bounds::between(-4.0, 5.0));
        assert_eq!(model.entries(Row::new(1)).collect::<Vec<_>>(), [(x, -1.0), (y, 1.0)]);
        assert_eq!(model.row_bounds(Row::new(1)), Bounds::at_most(1.0));
        assert_eq!(model.row_bounds(Row::new(2)), Bounds::exactly(2.0));
        assert_eq!((model.constant(), model.cost(x), model.cost(y)), (7.0, 1.0, -3.0));
        assert_eq!((model.column_name(y), model.row_name(Row::new(1))), ("y", "less"));
        assert_eq!(model.kind(x), ColumnKind::Integer);
    }

    #[test]
    fn a_repeated_variable_is_merged_not_repeated() {
        let mut modeller = Modeller::new("m");
        let x = modeller.binary("x");
        modeller.row("r", x + x, Bounds::at_most(1.0));
        let model = modeller.minimise(x);
        assert_eq!(model.entries(Row::new(0)).collect::<Vec<_>>(), [(Column::new(0), 2.0)]);
        assert!(model.validate().is_ok());
    }

    #[test]
    fn a_variable_of_another_model_is_an_error_of_the_model() {
        let mut other = Modeller::new("other");
        let _ = other.binary("a");
        let stranger = other.binary("b");
        let mut modeller = Modeller::new("m");
        let x = modeller.binary("x");
        modeller.row("r", x + stranger, Bounds::at_most(1.0));
        let errors = modeller.minimise(x).validate().unwrap_err().0;
        assert!(matches!(errors[..], [ModelError::NoSuchColumn { .. }]));
    }
}
