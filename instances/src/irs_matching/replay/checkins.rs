//! Traces of check-ins as tables.

use placewright_models::irs_matching::online::classes::Classes;
use placewright_models::irs_matching::replay::checkins::CheckIns;
use placewright_solver::issue::Issue;

use super::fields::{self, thousandths};
use crate::codes;
use crate::table::{Table, missing_column};

/// Columns: `gap_s` since the row before, `session_s`, `eligibility_mask` (bit g is group g + 1),
/// `comp` (compute time relative to the nominal), `comm` (relative bandwidth; a model takes
/// 20 s / comm to come and go). The trace starts again after `period_s`.
///
/// # Errors
/// Missing columns, fields that are not numbers in range, with their lines, and no rows.
pub fn read_checkins(text: &str, period_s: u64) -> Result<CheckIns, Vec<Issue>> {
    let table = Table::open(text)?;
    let names = ["gap_s", "session_s", "eligibility_mask", "comp", "comm"];
    let columns = names.map(|name| table.column(name));
    let missing = names.iter().zip(&columns).filter(|(_, column)| column.is_none());
    let mut issues: Vec<Issue> =
        missing.map(|(name, _)| missing_column(&[name], "every check-in needs")).collect();
    if !issues.is_empty() {
        return Err(issues);
    }
    let [gap, session, mask, comp, comm] = columns;
    let mut checkins = CheckIns { period_ms: period_s * 1000, ..CheckIns::default() };
    let mut classes = Classes::default();
    let mut now_ms = 0;
    table.for_each(&mut issues, |row, issues| {
        let gap_ms = row.value(gap, thousandths, issues);
        let session_ms = row.value(session, thousandths, issues);
        let mask = row.value(mask, fields::mask, issues);
        let compute = row.value(comp, thousandths, issues);
        let bandwidth = row.value(comm, thousandths, issues);
        let all = (gap_ms, session_ms, mask, compute, bandwidth);
        let (Some(gap_ms), Some(session_ms), Some(mask), Some(compute), Some(bandwidth)) = all
        else {
            return;
        };
        now_ms += gap_ms;
        let class = classes.intern(mask.into(), 0);
        if class > usize::from(u8::MAX) {
            return;
        }
        checkins.start_ms.push(now_ms);
        checkins.session_ms.push(session_ms);
        checkins.class.push(class as u8);
        checkins.compute_milli.push(compute);
        checkins.transfer_ms.push(transfer_ms(bandwidth));
    });
    if classes.len() > 256 {
        let cause = format!("{} different masks, at most 256 can be replayed", classes.len());
        issues.push(codes::issue(codes::FIELD_OUT_OF_RANGE, "eligibility_mask", cause));
    }
    if u64::from(now_ms) > checkins.period_ms {
        let cause = format!(
            "the last check-in, after {} s, is later than the period of {period_s} s",
            now_ms / 1000
        );
        issues.push(codes::issue(codes::FIELD_OUT_OF_RANGE, "gap_s", cause));
    }
    checkins.classes = classes;
    if checkins.is_empty() && issues.is_empty() {
        issues.push(codes::issue(codes::NO_SAMPLES, "", "there are no check-ins"));
    }
    if issues.is_empty() { Ok(checkins) } else { Err(issues) }
}

/// Time to get and return a model at a bandwidth in thousandths: 20 s at bandwidth one.
pub(super) fn transfer_ms(bandwidth_milli: u32) -> u32 {
    20_000_000 / bandwidth_milli.max(1)
}
