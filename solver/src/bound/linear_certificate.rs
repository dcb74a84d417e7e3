//! Bounds from linear-programming duals, safe in spite of rounding and checked exactly.
//!
//! **Idea.** Take any row multipliers `y`, however inexact. Give the rows up in exchange for their
//! price, and what is left is a minimum over a box, which is a sum:
//!
//! ```text
//! Σ c_j x_j  =  Σ_i y_i (A x)_i + Σ_j r_j x_j          with r_j = c_j - Σ_i y_i a_ij
//!            >= Σ_i y_i (y_i > 0 ? lower_i : upper_i) + Σ_j r_j (r_j > 0 ? l_j : u_j)
//! ```
//!
//! for every feasible `x` (weak duality). Nothing is assumed about `y` but its sign where a side of
//! a row is infinite. Rounding `y` to integers over `2^shift` keeps the certificate short and only
//! weakens the bound; all arithmetic after that is exact, since floats are dyadic rationals.
//! Integer columns use their bounds rounded inwards, and where every objective is a multiple of a
//! known step ([`MipModel::objective_step`]) the bound is rounded up to the next multiple.
//!
//! **Reference.** A. Neumaier and O. Shcherbina, *Safe bounds in linear and mixed-integer linear
//! programming*, Math. Program. 99 (2004) 283–296; C. Jansson, *Rigorous lower and upper bounds in
//! linear programming*, SIAM J. Optim. 14 (2004) 914–935.
//!
//! **Complexity.** O(nonzeros) operations on integers of a few hundred bits. **Guarantee.** Never
//! above the optimum; for optimal duals it falls short of the linear relaxation by about
//! `2^-shift · Σ |a_ij| (u_j - l_j)` over basic columns at most.
//!
//! This file uses no solver: a verifier needs the model, this file, and nothing else.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_rational::BigRational;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::dyadic::Dyadic;
use crate::mip::{Bounds, InvalidModel, MipModel, Row, Sense};

/// The denominator of multipliers is `2^DEFAULT_SHIFT` unless said otherwise: about nine decimals.
pub const DEFAULT_SHIFT: u32 = 30;

/// A bound on the optimum of a model, with what proves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DualCertificate {
    /// Binary logarithm of the common denominator of the multipliers.
    pub shift: u32,
    /// Row positions in increasing order, each with the numerator of its multiplier. Rows not
    /// listed have multiplier zero. Signs are those of a minimisation: positive prices the lower
    /// side. For a model to be maximised they belong to the negated objective.
    pub row_multipliers: Vec<(u32, i64)>,
    /// What is claimed: no feasible vector has a smaller objective (larger, when maximising).
    /// In JSON an exact fraction as text, such as `"-7/2"`.
    #[serde(serialize_with = "write_fraction", deserialize_with = "read_fraction")]
    pub bound: BigRational,
}

/// Why there is no certificate, or why it is not accepted.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LinearCertificateError {
    /// The model itself is not sound.
    #[error(transparent)]
    Model(#[from] InvalidModel),
    /// Not one dual per row.
    #[error("{given} duals for {rows} rows")]
    Length {
        /// How many were given.
        given: usize,
        /// How many rows there are.
        rows: usize,
    },
    /// The multipliers are not sorted by existing rows.
    #[error("row number {row} is out of order or does not exist")]
    RowOrder {
        /// The position.
        row: u32,
    },
    /// A multiplier prices a side of a row that is infinite.
    #[error("row {row} has no side that a multiplier of this sign could price")]
    WrongSign {
        /// The name of the row.
        row: String,
    },
    /// The multipliers prove nothing, because this column could lower the objective without end.
    #[error("column {column} is unbounded in the direction of its reduced cost")]
    Unbounded {
        /// The name of the column.
        column: String,
    },
    /// The multipliers prove less than the certificate claims.
    #[error("the multipliers prove {proved}, the certificate claims {claimed}")]
    Overstated {
        /// What they prove.
        proved: Box<BigRational>,
        /// What is claimed.
        claimed: Box<BigRational>,
    },
}

impl DualCertificate {
    /// The best bound that (possibly inexact) row duals prove. `duals[i]` is the change of the
    /// objective per unit of row `i`'s active side, as linear-programming codes report it. Duals
    /// that are NaN or price an infinite side count as zero. Where a column without a finite bound
    /// ends up with a slightly wrong reduced cost, the duals are shrunk step by step, by 2⁻²⁰ up to
    /// 2⁻⁶, before giving up.
    ///
    /// # Errors
    /// [`LinearCertificateError::Unbounded`] when even that proves nothing.
    pub fn from_duals(
        model: &MipModel,
        duals: &[f64],
        shift: u32,
    ) -> Result<Self, LinearCertificateError> {
        model.validate()?;
        let (given, rows) = (duals.len(), model.num_rows());
        if given != rows {
            return Err(LinearCertificateError::Length { given, rows });
        }
        let factors =
            [1.0].into_iter().chain([20, 16, 13, 10, 8, 6].map(|k| 1.0 - 0.5_f64.powi(k)));
        let mut answer = Err(LinearCertificateError::Unbounded { column: String::new() });
        for factor in factors {
            let row_multipliers = round_multipliers(model, duals, factor, shift);
            answer = exact_bound(model, &row_multipliers, shift).map(|bound| Self {
                shift,
                row_multipliers,
                bound,
            });
            if answer.is_ok() {
                break;
            }
        }
        answer
    }

    /// Recomputes the bound from the multipliers in exact arithmetic. Returns what they prove,
    /// which is at least as strong as what is claimed.
    ///
    /// # Errors
    /// Says why the multipliers do not carry the claim.
    pub fn verify(&self, model: &MipModel) -> Result<BigRational, LinearCertificateError> {
        model.validate()?;
        let proved = exact_bound(model, &self.row_multipliers, self.shift)?;
        let overstated = match model.sense() {
            Sense::Minimise => self.bound > proved,
            Sense::Maximise => self.bound < proved,
        };
        if overstated {
            let (proved, claimed) = (Box::new(proved), Box::new(self.bound.clone()));
            return Err(LinearCertificateError::Overstated { proved, claimed });
        }
        Ok(proved)
    }
}

/// Multipliers over `2^shift`, in the signs of a minimisation, without those of no use.
fn round_multipliers(model: &MipModel, duals: &[f64], factor: f64, shift: u32) -> Vec<(u32, i64)> {
    let scale = model.sense().sign() * factor * 2.0_f64.powi(shift as i32);
    let mut multipliers = Vec::new();
    for (row, dual) in model.rows().zip(duals) {
        // Conversion saturates and takes NaN to zero: any integer is a valid multiplier.
        let numerator = (dual * scale).round() as i64;
        if numerator != 0 && priced_side(model.row_bounds(row), numerator).is_finite() {
            multipliers.push((row.index() as u32, numerator));
        }
    }
    multipliers
}

fn priced_side(bounds: Bounds, numerator: i64) -> f64 {
    if numerator > 0 { bounds.lower } else { bounds.upper }
}

/// The bound of the module's formula, in the model's own sense, rounded to the objective's step.
fn exact_bound(
    model: &MipModel,
    multipliers: &[(u32, i64)],
    shift: u32,
) -> Result<BigRational, LinearCertificateError> {
    let sign = i32::from(model.sense() == Sense::Minimise) * 2 - 1;
    let signed = |value: f64| &finite(value) * &Dyadic::new(sign, 0);
    let mut reduced: Vec<Dyadic> =
        model.columns().map(|column| signed(model.cost(column))).collect();
    let mut bound = Dyadic::zero();
    let mut next = 0;
    for &(position, numerator) in multipliers {
        if position < next || position as usize >= model.num_rows() {
            return Err(LinearCertificateError::RowOrder { row: position });
        }
        next = position + 1;
        let row = Row::new(position as usize);
        let multiplier = Dyadic::new(numerator, -i64::from(shift));
        bound = bound + &price_row(model, row, numerator, &multiplier, &mut reduced)?;
    }
    for (column, reduced_cost) in model.columns().zip(&reduced) {
        // Where no integer fits the bounds nothing is feasible and any bound is valid.
        let bounds = model.inward_bounds(column);
        let value = match reduced_cost.sign() {
            Ordering::Equal => continue,
            Ordering::Greater => bounds.lower,
            Ordering::Less => bounds.upper,
        };
        let name = || model.column_name(column).to_owned();
        let value = Dyadic::from_f64(value)
            .ok_or_else(|| LinearCertificateError::Unbounded { column: name() })?;
        bound = bound + &(reduced_cost * &value);
    }
    if let Some(step) = model.objective_step() {
        bound = bound.round_up_to_multiple(&finite(step));
    }
    bound = bound + &signed(model.constant());
    Ok(bound.to_rational() * BigRational::from_integer(BigInt::from(sign)))
}

/// What a row contributes; takes its price off the reduced costs of its columns.
fn price_row(
    model: &MipModel,
    row: Row,
    numerator: i64,
    multiplier: &Dyadic,
    reduced: &mut [Dyadic],
) -> Result<Dyadic, LinearCertificateError> {
    let name = || model.row_name(row).to_owned();
    let side = Dyadic::from_f64(priced_side(model.row_bounds(row), numerator))
        .ok_or_else(|| LinearCertificateError::WrongSign { row: name() })?;
    for (column, value) in model.entries(row) {
        let cost = &mut reduced[column.index()];
        let old = std::mem::replace(cost, Dyadic::zero());
        *cost = old - &(multiplier * &finite(value));
    }
    Ok(multiplier * &side)
}

/// The exact value of a number that validation has found finite.
fn finite(value: f64) -> Dyadic {
    Dyadic::from_f64(value).unwrap_or_else(Dyadic::zero)
}

fn write_fraction<S: Serializer>(value: &BigRational, out: S) -> Result<S::Ok, S::Error> {
    out.collect_str(value)
}

fn read_fraction<'de, D: Deserializer<'de>>(input: D) -> Result<BigRational, D::Error> {
    let text = String::deserialize(input)?;
    let fault = || serde::de::Error::custom(format!("{text} is not a fraction"));
    text.parse().map_err(|_| fault())
}
