//! The line that wastes least, against a mixed-integer program of the same question.
//!
//! With `z_iq = 1` where task `i` takes exactly `q` failures, `w_iq = a_i z_iq` and `y_i = 1` where
//! the floor is above the line:
//!
//! ```text
//! minimise  Σ t_i [ Σ_q (2^q + τ (2^q − 1)) w_iq − r_i ]
//! a_i = Σ_q w_iq,   r_i / 2^q z_iq ≤ w_iq ≤ U z_iq,   Σ_q z_iq = 1
//! a_i = max(floor, α + β x_i)
//! ```

use placewright_models::memory_sizing::online::policies::witt_wastage::exact::cheapest_line;
use placewright_models::memory_sizing::online::policies::witt_wastage::waste::{Past, Point};
use placewright_models::memory_sizing::online::settings::TimeToFailure;
use placewright_solver::mip::{
    Bounds, ColumnKind, MipLimits, MipModel, MipStart, MipStatus, Silent, default_backend,
};
use placewright_solver::seed::Seed;
use rand::RngExt;

const LARGEST_PEAK: u32 = 16;
const LARGEST_INPUT: u32 = 5;
const FLOOR: f64 = 1.0;

fn model(points: &[Point], share: f64) -> MipModel {
    // Between two steps with different whole inputs no slope is above the largest peak.
    let (peak, input) = (f64::from(LARGEST_PEAK), f64::from(LARGEST_INPUT));
    let most = peak * (1.0 + input);
    let mut model = MipModel::new("line");
    let within = |bound: f64| Bounds::between(-bound, bound);
    let alpha = model.add_column("alpha", within(most), 0.0, ColumnKind::Continuous);
    let beta = model.add_column("beta", within(peak), 0.0, ColumnKind::Continuous);
    for (i, point) in points.iter().enumerate() {
        let own = Bounds::between(FLOOR, 2.0 * most);
        let a = model.add_column(format_args!("a{i}"), own, 0.0, ColumnKind::Continuous);
        let y = model.add_binary(format_args!("y{i}"), 0.0);
        let line = |factor: f64| [(a, 1.0), (alpha, -1.0), (beta, -point.input), (y, factor)];
        model.add_row(format_args!("above{i}"), Bounds::at_least(0.0), line(0.0));
        let reach = 4.0 * most;
        model.add_row(format_args!("on{i}"), Bounds::at_most(0.0), line(-reach));
        model.add_row(
            format_args!("floor{i}"),
            Bounds::at_most(FLOOR + reach),
            [(a, 1.0), (y, reach)],
        );
        let (mut one, mut sum) = (Vec::new(), vec![(a, -1.0)]);
        for q in 0..=4 {
            let last = f64::from(1 << q);
            let cost = point.run_time_ms * (last + share * (last - 1.0));
            let z = model.add_binary(format_args!("z{i}_{q}"), 0.0);
            let free = Bounds::between(0.0, 2.0 * most);
            let w = model.add_column(format_args!("w{i}_{q}"), free, cost, ColumnKind::Continuous);
            let least = point.peak_bytes / last;
            let row = format_args!("least{i}_{q}");
            model.add_row(row, Bounds::at_least(0.0), [(w, 1.0), (z, -least)]);
            let row = format_args!("most{i}_{q}");
            model.add_row(row, Bounds::at_most(0.0), [(w, 1.0), (z, -2.0 * most)]);
            one.push((z, 1.0));
            sum.push((w, 1.0));
        }
        model.add_row(format_args!("one{i}"), Bounds::exactly(1.0), one);
        model.add_row(format_args!("sum{i}"), Bounds::exactly(0.0), sum);
    }
    let usage: f64 = points.iter().map(|point| point.peak_bytes * point.run_time_ms).sum();
    model.set_constant(-usage);
    model
}

#[test]
fn turns_about_steps_find_what_the_integer_program_finds() {
    for seed in 0..24 {
        let mut random = Seed(seed).generator();
        let mut whole = |low: u32, high: u32| f64::from(random.random_range(low..=high));
        let mut point = || Point {
            input: whole(0, LARGEST_INPUT),
            peak_bytes: whole(1, LARGEST_PEAK),
            run_time_ms: whole(1, 9),
        };
        let points: Vec<Point> = (0..4 + seed as usize % 3).map(|_| point()).collect();
        let share = if seed % 2 == 0 { 1.0 } else { 0.5 };
        let time_to_failure = TimeToFailure::Share(share);
        let past = Past { points: &points, floor_bytes: FLOOR, time_to_failure };
        let found = past.waste(&cheapest_line(&past).unwrap());
        let model = model(&points, share);
        let outcome = default_backend()
            .solve(&model, &MipLimits::default(), MipStart::None, &mut Silent)
            .unwrap();
        assert_eq!(outcome.status, MipStatus::Optimal);
        let least = outcome.objective.unwrap();
        assert!((found - least).abs() < 1e-3 * (1.0 + least), "{seed}: {found} {least}");
    }
}
