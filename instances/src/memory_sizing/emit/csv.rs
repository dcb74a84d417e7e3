//! Ladders as a table: one row per task type and attempt.

use super::ladders::Ladders;

/// The columns `task_type`, `attempt` (from 1) and `allocation_mib`, separated by commas.
#[must_use]
pub fn emit(ladders: &Ladders) -> String {
    let mut table = csv::Writer::from_writer(Vec::new());
    let mut put = |row: [&str; 3]| {
        // Memory takes every row of the right length.
        let written = table.write_record(row);
        debug_assert!(written.is_ok());
    };
    put(["task_type", "attempt", "allocation_mib"]);
    for task_type in &ladders.types {
        for (attempt, allocation_mib) in (1..).zip(&task_type.allocations_mib) {
            let (attempt, allocation_mib): (u32, _) = (attempt, allocation_mib.to_string());
            put([&task_type.name, &attempt.to_string(), &allocation_mib]);
        }
    }
    let bytes = table.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
