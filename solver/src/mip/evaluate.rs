//! What a vector of values means to a model: its objective, what it breaks, and the step by which
//! the objective can change at all.

use super::model::{Bounds, Column, ColumnKind, MipModel, Row};

/// Where a vector breaks a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The vector has the wrong length; nothing else was looked at.
    Length,
    /// A column outside its bounds.
    Bound(Column),
    /// An integer column with a fractional value.
    Integrality(Column),
    /// A row outside its bounds.
    Row(Row),
}

/// One broken bound, row or integrality condition.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{name}: {value} is not within [{lower}, {upper}], off by {amount}")]
pub struct Violation {
    /// What is broken.
    pub place: Place,
    /// The name of the column or row.
    pub name: String,
    /// The value of the column or the activity of the row.
    pub value: f64,
    /// The smallest allowed value (the nearest integer for [`Place::Integrality`]).
    pub lower: f64,
    /// The largest allowed value (the nearest integer for [`Place::Integrality`]).
    pub upper: f64,
    /// By how much it is broken; NaN when a value is NaN.
    pub amount: f64,
}

/// How far `value` lies outside `bounds`; NaN stays NaN.
fn excess(value: f64, bounds: Bounds) -> f64 {
    if value.is_nan() {
        return f64::NAN;
    }
    (bounds.lower - value).max(value - bounds.upper).max(0.0)
}

/// Whether an excess counts, relative to the bound that is broken: `tolerance * max(1, |bound|)`.
fn is_broken(value: f64, bounds: Bounds, tolerance: f64) -> bool {
    let slack = |bound: f64| tolerance * bound.abs().max(1.0);
    let above = value >= bounds.lower || bounds.lower - value <= slack(bounds.lower);
    let below = value <= bounds.upper || value - bounds.upper <= slack(bounds.upper);
    !(above && below)
}

impl MipModel {
    /// `constant + Σ cost[j] values[j]`, in the model's own sense. Exact while all partial sums are
    /// integers below 2⁵³. O(columns).
    #[must_use]
    pub fn objective(&self, values: &[f64]) -> f64 {
        let linear: f64 = self.costs.iter().zip(values).map(|(cost, value)| cost * value).sum();
        self.constant + linear
    }

    /// `Σ a[i,j] values[j]` of one row.
    #[must_use]
    pub fn activity(&self, row: Row, values: &[f64]) -> f64 {
        let value = |column: Column| values.get(column.index()).copied().unwrap_or(f64::NAN);
        self.entries(row).map(|(column, coefficient)| coefficient * value(column)).sum()
    }

    /// Everything that `values` breaks by more than `tolerance * max(1, |bound|)` (integrality:
    /// by more than `tolerance`). Empty means feasible. NaN is never feasible. O(nonzeros).
    #[must_use]
    pub fn violations(&self, values: &[f64], tolerance: f64) -> Vec<Violation> {
        if values.len() != self.num_columns() {
            return vec![self.wrong_length(values.len())];
        }
        let mut broken = Vec::new();
        for column in self.columns() {
            self.check_value(column, values[column.index()], tolerance, &mut broken);
        }
        for row in self.rows() {
            let (value, bounds) = (self.activity(row, values), self.row_bounds(row));
            if is_broken(value, bounds, tolerance) {
                broken.push(violation(Place::Row(row), self.row_name(row), value, bounds));
            }
        }
        broken
    }

    /// The broken bounds and integrality conditions of the given columns alone, as far as they can
    /// be judged without the other columns. O(entries).
    #[must_use]
    pub fn partial_violations(&self, entries: &[(Column, f64)], tolerance: f64) -> Vec<Violation> {
        let mut broken = Vec::new();
        for &(column, value) in entries {
            if column.index() < self.num_columns() {
                self.check_value(column, value, tolerance, &mut broken);
            } else {
                broken.push(self.wrong_length(column.index()));
            }
        }
        broken
    }

    fn check_value(&self, column: Column, value: f64, tolerance: f64, broken: &mut Vec<Violation>) {
        let (name, bounds) = (self.column_name(column), self.column_bounds(column));
        if is_broken(value, bounds, tolerance) {
            broken.push(violation(Place::Bound(column), name, value, bounds));
        }
        let nearest = Bounds::exactly(value.round());
        if self.kind(column) == ColumnKind::Integer && (value - nearest.lower).abs() > tolerance {
            broken.push(violation(Place::Integrality(column), name, value, nearest));
        }
    }

    fn wrong_length(&self, length: usize) -> Violation {
        let bounds = Bounds::exactly(self.num_columns() as f64);
        violation(Place::Length, "number of values", length as f64, bounds)
    }

    /// The largest step `u` such that the objective of every feasible vector is `constant` plus a
    /// whole multiple of `u`: known when all columns with a cost are integer and all costs are
    /// multiples of 2⁻²⁰ below 2³². `None` when unknown or when there are no costs. O(columns).
    #[must_use]
    pub fn objective_step(&self) -> Option<f64> {
        const SCALE: f64 = 1_048_576.0;
        const LARGEST: f64 = 4_294_967_296.0;
        let mut step = 0_u64;
        for (cost, kind) in self.costs.iter().zip(&self.kinds).filter(|(cost, _)| **cost != 0.0) {
            let scaled = cost.abs() * SCALE;
            if *kind != ColumnKind::Integer || scaled.fract() != 0.0 || cost.abs() > LARGEST {
                return None;
            }
            step = gcd(step, scaled as u64);
        }
        (step > 0).then(|| step as f64 / SCALE)
    }
}

fn violation(place: Place, name: &str, value: f64, bounds: Bounds) -> Violation {
    let Bounds { lower, upper } = bounds;
    Violation { place, name: name.to_owned(), value, lower, upper, amount: excess(value, bounds) }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> MipModel {
        let mut model = MipModel::new("m");
        let x = model.add_column("x", Bounds::between(0.0, 4.0), 6.0, ColumnKind::Integer);
        let y = model.add_column("y", Bounds::FREE, 0.0, ColumnKind::Continuous);
        model.add_row("sum", Bounds::at_most(5.0), [(x, 1.0), (y, 1.0)]);
        model.set_constant(10.0);
        model
    }

    #[test]
    fn each_kind_of_violation_is_found() {
        let broken = model().violations(&[4.5, 1.0], 1e-6);
        let places: Vec<_> = broken.iter().map(|violation| violation.place).collect();
        let (x, sum) = (Column::new(0), Row::new(0));
        assert_eq!(places, [Place::Bound(x), Place::Integrality(x), Place::Row(sum)]);
        assert_eq!(broken[2].amount, 0.5);
        assert_eq!(model().violations(&[1.0], 1e-6)[0].place, Place::Length);
        assert_eq!(model().violations(&[2.0, f64::NAN], 1e-6).len(), 2);
        assert_eq!(model().violations(&[2.0, 3.0], 0.0), []);
    }

    #[test]
    fn the_objective_includes_the_constant() {
        assert_eq!(model().objective(&[2.0, 100.0]), 22.0);
    }

    #[test]
    fn the_step_is_the_greatest_common_divisor() {
        let mut model = model();
        assert_eq!(model.objective_step(), Some(6.0));
        let z = model.add_binary("z", 4.5);
        assert_eq!(model.objective_step(), Some(1.5));
        model.set_cost(z, 0.1);
        assert_eq!(model.objective_step(), None);
        model.set_cost(z, 0.0);
        model.set_cost(Column::new(1), 1.0);
        assert_eq!(model.objective_step(), None);
    }
}
