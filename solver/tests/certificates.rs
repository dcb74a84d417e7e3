//! Certificates hold for any multipliers, and forged ones are refused.
#![allow(clippy::unwrap_used)] // helpers of tests may panic like the tests themselves

use num_rational::BigRational;
use num_traits::{FromPrimitive, ToPrimitive};
use placewright_solver::bound::linear_certificate::{
    DEFAULT_SHIFT, DualCertificate, LinearCertificateError,
};
use placewright_solver::mip::{
    Bounds, ColumnKind, MicrolpBackend, MipBackend, MipLimits, MipModel, MipStart, MipStatus,
    Sense, Silent,
};
use proptest::prelude::*;

type RowSpec = (i32, u8, Vec<i32>);

fn build(columns: &[(i32, u8, i32, bool)], rows: &[RowSpec], sense: Sense) -> MipModel {
    let mut model = MipModel::new("random");
    for (index, (lower, width, cost, integer)) in columns.iter().enumerate() {
        let kind = if *integer { ColumnKind::Integer } else { ColumnKind::Continuous };
        let lower = f64::from(*lower) / 2.0;
        let bounds = Bounds::between(lower, lower + f64::from(*width));
        model.add_column(format_args!("c{index}"), bounds, f64::from(*cost), kind);
    }
    let all: Vec<_> = model.columns().collect();
    for (index, (side, form, entries)) in rows.iter().enumerate() {
        let side = f64::from(*side);
        let bounds = match form % 4 {
            0 => Bounds::at_most(side),
            1 => Bounds::at_least(side),
            2 => Bounds::between(side, side + 3.0),
            _ => Bounds::FREE,
        };
        let entries = all.iter().copied().zip(entries.iter().map(|value| f64::from(*value)));
        model.add_row(format_args!("r{index}"), bounds, entries);
    }
    model.set_sense(sense);
    model.set_constant(0.5);
    model
}

fn optimum(model: &MipModel) -> Option<f64> {
    let outcome =
        MicrolpBackend.solve(model, &MipLimits::default(), MipStart::None, &mut Silent).unwrap();
    (outcome.status == MipStatus::Optimal).then(|| outcome.objective.unwrap())
}

proptest! {
    #[test]
    fn any_multipliers_give_a_valid_bound(
        columns in prop::collection::vec((-6..6_i32, 0..6_u8, -9..9_i32, any::<bool>()), 1..6),
        rows in prop::collection::vec((-9..9_i32, any::<u8>(), prop::collection::vec(-4..5_i32, 6)), 0..5),
        duals in prop::collection::vec(-5.0..5.0_f64, 5),
        shift in 0..40_u32,
        maximise in any::<bool>(),
    ) {
        let sense = if maximise { Sense::Maximise } else { Sense::Minimise };
        let model = build(&columns, &rows, sense);
        let certificate = DualCertificate::from_duals(&model, &duals[..rows.len()], shift).unwrap();
        prop_assert_eq!(&certificate.verify(&model).unwrap(), &certificate.bound);
        if let Some(best) = optimum(&model) {
            let distance = sense.sign() * (best - certificate.bound.to_f64().unwrap());
            prop_assert!(distance >= -1e-6, "bound {} against {best}", certificate.bound);
        }
        let text = serde_json::to_string(&certificate).unwrap();
        prop_assert_eq!(serde_json::from_str::<DualCertificate>(&text).unwrap(), certificate);
    }
}

/// min 3x + 4y, x + 2y >= 7, 3x + y >= 6, integers: the relaxation gives 15.4 at y = (1.8, 0.4).
fn covering() -> MipModel {
    let mut model = MipModel::new("covering");
    let x = model.add_column("x", Bounds::NON_NEGATIVE, 3.0, ColumnKind::Integer);
    let y = model.add_column("y", Bounds::NON_NEGATIVE, 4.0, ColumnKind::Integer);
    model.add_row("a", Bounds::at_least(7.0), [(x, 1.0), (y, 2.0)]);
    model.add_row("b", Bounds::at_least(6.0), [(x, 3.0), (y, 1.0)]);
    model
}

fn whole(number: i64) -> BigRational {
    BigRational::from_i64(number).unwrap()
}

#[test]
fn inexact_duals_are_repaired_and_the_bound_rounded_up() {
    let model = covering();
    // 1.8 and 0.4 are no binary fractions: one of the reduced costs comes out below zero.
    let certificate = DualCertificate::from_duals(&model, &[1.8, 0.4], DEFAULT_SHIFT).unwrap();
    assert_eq!(certificate.bound, whole(15));
    let too_large = DualCertificate::from_duals(&model, &[1.8001, 0.4], DEFAULT_SHIFT).unwrap();
    assert_eq!(too_large.bound, whole(15));
    let hopeless = DualCertificate::from_duals(&model, &[9.0, 0.4], DEFAULT_SHIFT);
    assert!(matches!(hopeless, Err(LinearCertificateError::Unbounded { .. })));
}

#[test]
fn forged_certificates_are_refused() {
    let model = covering();
    let honest = DualCertificate::from_duals(&model, &[1.75, 0.375], 3).unwrap();
    assert_eq!(
        (honest.row_multipliers.clone(), &honest.bound),
        (vec![(0, 14), (1, 3)], &whole(15))
    );
    let forge = |change: fn(&mut DualCertificate)| {
        let mut forged = honest.clone();
        change(&mut forged);
        forged.verify(&model)
    };
    let overstated = forge(|c| c.bound += whole(1));
    assert!(matches!(overstated, Err(LinearCertificateError::Overstated { .. })));
    assert_eq!(forge(|c| c.bound -= whole(1)), Ok(whole(15)));
    let wrong_sign = forge(|c| c.row_multipliers[0].1 = -1);
    assert!(matches!(wrong_sign, Err(LinearCertificateError::WrongSign { .. })));
    let repeated = forge(|c| c.row_multipliers[1].0 = 0);
    assert!(matches!(repeated, Err(LinearCertificateError::RowOrder { row: 0 })));
    let missing = forge(|c| c.row_multipliers[1].0 = 9);
    assert!(matches!(missing, Err(LinearCertificateError::RowOrder { row: 9 })));
    let finer = forge(|c| c.shift = 2);
    assert!(matches!(finer, Err(LinearCertificateError::Unbounded { .. })));
}

#[test]
fn garbage_duals_still_prove_what_the_bounds_prove() {
    let certificate = DualCertificate::from_duals(&covering(), &[f64::NAN, -3.0], 30).unwrap();
    assert_eq!((certificate.row_multipliers.len(), certificate.bound), (0, whole(0)));
    let short = DualCertificate::from_duals(&covering(), &[1.0], 30);
    assert_eq!(short, Err(LinearCertificateError::Length { given: 1, rows: 2 }));
}
