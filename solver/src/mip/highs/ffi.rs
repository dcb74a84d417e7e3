//! The HiGHS calls that the safe `highs` crate does not wrap.
//!
//! The crate keeps the object alive and sets options; this module passes whole models, starts,
//! bases and callbacks, reads 64-bit counters, and grows models between solves. What every block
//! relies on:
//!
//! * `highs::Model` owns a live HiGHS object from `Highs_create` until it is dropped, so its pointer
//!   is valid for every call made through it, and `&mut self` keeps calls from overlapping.
//! * HiGHS copies every array it is given before the call returns, and writes to output arrays only
//!   up to the documented length, which is checked or allocated here.
//! * Null pointers stand for "none" only where the C documentation says so.
#![allow(unsafe_code)] // The reason is the paragraph above: these calls exist nowhere else.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null_mut;

use highs::{ColProblem, HighsModelStatus, HighsOptionValue, Model};
use highs_sys as sys;
use highs_sys::HighsInt;

use super::arrays::{Arrays, Block};

/// A call that HiGHS refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("HiGHS refused {call}: {detail}")]
pub struct HighsError {
    call: &'static str,
    detail: String,
}

impl HighsError {
    pub(super) fn new(call: &'static str, detail: impl Into<String>) -> Self {
        Self { call, detail: detail.into() }
    }
}

/// Whether a warning counts as success.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Warnings {
    Accept,
    Refuse,
}

fn checked(call: &'static str, status: HighsInt, warnings: Warnings) -> Result<(), HighsError> {
    match (status, warnings) {
        (sys::STATUS_OK, _) | (sys::STATUS_WARNING, Warnings::Accept) => Ok(()),
        (sys::STATUS_WARNING, _) => Err(HighsError::new(call, "it would have changed the input")),
        (other, _) => Err(HighsError::new(call, format!("status {other}"))),
    }
}

fn same_length(call: &'static str, given: usize, wanted: usize) -> Result<(), HighsError> {
    let detail = || format!("{given} values where {wanted} are needed");
    if given == wanted { Ok(()) } else { Err(HighsError::new(call, detail())) }
}

/// What a callback is told.
pub(super) enum Signal<'a> {
    /// A better feasible vector, before any check of ours.
    Values(&'a [f64]),
    /// Branch and bound looks at its limits.
    Mip { bound: f64, incumbent: f64, nodes: u64, lp_iterations: u64 },
    /// Simplex or interior point looks at its limits.
    Lp,
}

/// What a callback answers; only `Interrupt` after [`Signal::Mip`] or [`Signal::Lp`] counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Continue,
    Interrupt,
}

/// Primal values and, for linear programs, duals. Signs as HiGHS has them: a row dual is the change
/// of the objective per unit of the row's active bound.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct HighsSolution {
    pub(super) columns: Vec<f64>,
    /// Reduced costs.
    pub(super) column_duals: Vec<f64>,
    /// Activities.
    pub(super) rows: Vec<f64>,
    pub(super) row_duals: Vec<f64>,
}

/// A simplex basis, one status per column and per row. Made by [`super::LpSession::basis`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    pub(super) columns: Vec<HighsInt>,
    pub(super) rows: Vec<HighsInt>,
}

impl Basis {
    /// Adds `count` columns at their lower bound (or zero), as after pricing.
    pub fn add_columns(&mut self, count: usize) {
        self.columns.extend(std::iter::repeat_n(sys::kHighsBasisStatusNonbasic, count));
    }

    /// Adds `count` basic rows, as after a cut.
    pub fn add_rows(&mut self, count: usize) {
        self.rows.extend(std::iter::repeat_n(sys::kHighsBasisStatusBasic, count));
    }
}

/// A HiGHS object.
pub(super) struct Session {
    model: Model,
}

impl Session {
    /// An empty, silent HiGHS object.
    pub(super) fn new() -> Result<Self, HighsError> {
        let model = Model::try_new(ColProblem::new())
            .map_err(|status| HighsError::new("Highs_create", format!("{status:?}")))?;
        Ok(Self { model })
    }

    fn get(&self) -> *const c_void {
        self.model.as_ptr()
    }

    fn get_mut(&mut self) -> *mut c_void {
        self.model.as_mut_ptr()
    }

    pub(super) fn set_option(
        &mut self,
        name: &'static str,
        value: impl HighsOptionValue,
    ) -> Result<(), HighsError> {
        self.model.try_set_option(name, value).map_err(|_| HighsError::new("an option", name))
    }

    /// Replaces the model. Refuses input that HiGHS would change, such as tiny coefficients.
    pub(super) fn pass(&mut self, arrays: &Arrays) -> Result<(), HighsError> {
        let (columns, rows) = (arrays.costs.len(), arrays.row_lower.len());
        let nonzeros = arrays.indices.len();
        let sizes = [int(columns)?, int(rows)?, int(nonzeros)?];
        arrays.check()?;
        // SAFETY: `Arrays::check` has verified that all column arrays have `columns` entries, all
        // row arrays `rows`, `starts` `rows` (row-wise format) and indices and values `nonzeros`;
        // HiGHS reads exactly these lengths. See the module text for the pointer itself.
        let status = unsafe {
            sys::Highs_passMip(
                self.get_mut(),
                sizes[0],
                sizes[1],
                sizes[2],
                sys::MATRIX_FORMAT_ROW_WISE,
                arrays.sense,
                arrays.offset,
                arrays.costs.as_ptr(),
                arrays.lower.as_ptr(),
                arrays.upper.as_ptr(),
                arrays.row_lower.as_ptr(),
                arrays.row_upper.as_ptr(),
                arrays.starts.as_ptr(),
                arrays.indices.as_ptr(),
                arrays.values.as_ptr(),
                arrays.integrality.as_ptr(),
            )
        };
        checked("the model", status, Warnings::Refuse)
    }

    pub(super) fn pass_names<'a>(
        &mut self,
        columns: impl Iterator<Item = &'a str>,
        rows: impl Iterator<Item = &'a str>,
    ) -> Result<(), HighsError> {
        for (index, name) in columns.enumerate() {
            let (index, name) = (int(index)?, c_text(name)?);
            // SAFETY: `name` is a NUL-terminated string that lives until the call returns.
            let status = unsafe { sys::Highs_passColName(self.get(), index, name.as_ptr()) };
            checked("a column name", status, Warnings::Refuse)?;
        }
        for (index, name) in rows.enumerate() {
            let (index, name) = (int(index)?, c_text(name)?);
            // SAFETY: as above.
            let status = unsafe { sys::Highs_passRowName(self.get(), index, name.as_ptr()) };
            checked("a row name", status, Warnings::Refuse)?;
        }
        Ok(())
    }

    /// A value for every column to start from.
    pub(super) fn set_solution(&mut self, values: &[f64]) -> Result<(), HighsError> {
        self.model
            .try_set_solution(Some(values), None, None, None)
            .map_err(|status| HighsError::new("the start", format!("{status:?}")))
    }

    /// Values of some columns to start from.
    pub(super) fn set_sparse_solution(
        &mut self,
        columns: &[HighsInt],
        values: &[f64],
    ) -> Result<(), HighsError> {
        same_length("the start", values.len(), columns.len())?;
        let count = int(columns.len())?;
        // SAFETY: both arrays have `count` entries; HiGHS itself refuses indices out of range.
        let status = unsafe {
            sys::Highs_setSparseSolution(self.get_mut(), count, columns.as_ptr(), values.as_ptr())
        };
        checked("the start", status, Warnings::Refuse)
    }

    /// Runs the solver; the clocks of earlier runs do not count. `callback` is called on this thread while it runs.
    pub(super) fn run(
        &mut self,
        mut callback: &mut dyn FnMut(Signal<'_>) -> Answer,
    ) -> Result<HighsModelStatus, HighsError> {
        const KINDS: [HighsInt; 4] = [
            sys::kHighsCallbackMipImprovingSolution,
            sys::kHighsCallbackMipInterrupt,
            sys::kHighsCallbackSimplexInterrupt,
            sys::kHighsCallbackIpmInterrupt,
        ];
        let data: *mut &mut dyn FnMut(Signal<'_>) -> Answer = &raw mut callback;
        let highs = self.get_mut();
        // SAFETY: `data` points to `callback`, which outlives the run; it is removed again before
        // this function returns, and HiGHS calls back only within `Highs_run`, on this thread, so
        // nobody else touches `callback` meanwhile. The trampoline never unwinds.
        let status = unsafe {
            sys::Highs_zeroAllClocks(highs);
            sys::Highs_setCallback(highs, Some(trampoline), data.cast());
            for kind in KINDS {
                sys::Highs_startCallback(highs, kind);
            }
            let status = sys::Highs_run(highs);
            for kind in KINDS {
                sys::Highs_stopCallback(highs, kind);
            }
            sys::Highs_setCallback(highs, None, null_mut());
            status
        };
        checked("the run", status, Warnings::Accept)?;
        self.status()
    }

    fn status(&self) -> Result<HighsModelStatus, HighsError> {
        // SAFETY: reads one number of a live object.
        let status = unsafe { sys::Highs_getModelStatus(self.get()) };
        HighsModelStatus::try_from(status)
            .map_err(|_| HighsError::new("the status", format!("unknown number {status}")))
    }

    pub(super) fn int64_info(&self, name: &CStr) -> Option<i64> {
        let mut value = 0_i64;
        // SAFETY: `name` is NUL-terminated and `value` is a place for one 64-bit integer.
        let status =
            unsafe { sys::Highs_getInt64InfoValue(self.get(), name.as_ptr(), &raw mut value) };
        (status == sys::STATUS_OK).then_some(value)
    }

    pub(super) fn int_info(&self, name: &CStr) -> Option<i64> {
        let mut value: HighsInt = 0;
        // SAFETY: `name` is NUL-terminated and `value` is a place for one integer.
        let status =
            unsafe { sys::Highs_getIntInfoValue(self.get(), name.as_ptr(), &raw mut value) };
        (status == sys::STATUS_OK).then_some(i64::from(value))
    }

    pub(super) fn double_info(&self, name: &CStr) -> Option<f64> {
        let mut value = 0.0;
        // SAFETY: `name` is NUL-terminated and `value` is a place for one double.
        let status =
            unsafe { sys::Highs_getDoubleInfoValue(self.get(), name.as_ptr(), &raw mut value) };
        (status == sys::STATUS_OK).then_some(value)
    }

    pub(super) fn num_columns(&self) -> usize {
        self.model.num_cols()
    }

    pub(super) fn num_rows(&self) -> usize {
        self.model.num_rows()
    }

    /// Values and duals of the last run, zero where HiGHS has none.
    pub(super) fn solution(&self) -> Result<HighsSolution, HighsError> {
        let (columns, rows) = (vec![0.0; self.num_columns()], vec![0.0; self.num_rows()]);
        let mut solution =
            HighsSolution { column_duals: columns.clone(), columns, row_duals: rows.clone(), rows };
        // SAFETY: the arrays have one entry per column and per row, which is what HiGHS writes.
        let status = unsafe {
            sys::Highs_getSolution(
                self.get(),
                solution.columns.as_mut_ptr(),
                solution.column_duals.as_mut_ptr(),
                solution.rows.as_mut_ptr(),
                solution.row_duals.as_mut_ptr(),
            )
        };
        checked("the solution", status, Warnings::Refuse).map(|()| solution)
    }

    /// The basis of the last run; an error when there is none (after a MIP).
    pub(super) fn basis(&self) -> Result<Basis, HighsError> {
        let mut basis =
            Basis { columns: vec![0; self.num_columns()], rows: vec![0; self.num_rows()] };
        // SAFETY: one entry per column and per row, which is what HiGHS writes.
        let status = unsafe {
            sys::Highs_getBasis(self.get(), basis.columns.as_mut_ptr(), basis.rows.as_mut_ptr())
        };
        checked("the basis", status, Warnings::Refuse).map(|()| basis)
    }

    pub(super) fn set_basis(&mut self, basis: &Basis) -> Result<(), HighsError> {
        same_length("the basis", basis.columns.len(), self.num_columns())?;
        same_length("the basis", basis.rows.len(), self.num_rows())?;
        // SAFETY: one entry per column and per row, just checked.
        let status = unsafe {
            sys::Highs_setBasis(self.get_mut(), basis.columns.as_ptr(), basis.rows.as_ptr())
        };
        checked("the basis", status, Warnings::Refuse)
    }

    /// A dual ray that proves infeasibility, one multiplier per row, where HiGHS has one.
    pub(super) fn dual_ray(&self) -> Option<Vec<f64>> {
        let mut ray = vec![0.0; self.num_rows()];
        let mut exists: HighsInt = 0;
        // SAFETY: `ray` has one entry per row, `exists` is a place for one integer.
        let status =
            unsafe { sys::Highs_getDualRay(self.get(), &raw mut exists, ray.as_mut_ptr()) };
        (status == sys::STATUS_OK && exists == 1).then_some(ray)
    }

    /// Appends columns (`block.costs` given) with entries in existing rows.
    pub(super) fn add_columns(&mut self, costs: &[f64], block: &Block) -> Result<(), HighsError> {
        same_length("columns", costs.len(), block.starts.len())?;
        block.check(self.num_rows())?;
        let (count, nonzeros) = (int(costs.len())?, int(block.indices.len())?);
        // SAFETY: `Block::check` has verified the lengths, the starts and the indices.
        let status = unsafe {
            sys::Highs_addCols(
                self.get_mut(),
                count,
                costs.as_ptr(),
                block.lower.as_ptr(),
                block.upper.as_ptr(),
                nonzeros,
                block.starts.as_ptr(),
                block.indices.as_ptr(),
                block.values.as_ptr(),
            )
        };
        checked("columns", status, Warnings::Refuse)
    }

    /// Appends rows with entries in existing columns.
    pub(super) fn add_rows(&mut self, block: &Block) -> Result<(), HighsError> {
        block.check(self.num_columns())?;
        let (count, nonzeros) = (int(block.starts.len())?, int(block.indices.len())?);
        // SAFETY: `Block::check` has verified the lengths, the starts and the indices.
        let status = unsafe {
            sys::Highs_addRows(
                self.get_mut(),
                count,
                block.lower.as_ptr(),
                block.upper.as_ptr(),
                nonzeros,
                block.starts.as_ptr(),
                block.indices.as_ptr(),
                block.values.as_ptr(),
            )
        };
        checked("rows", status, Warnings::Refuse)
    }

    pub(super) fn change_cost(&mut self, column: usize, cost: f64) -> Result<(), HighsError> {
        let column = int(column)?;
        // SAFETY: plain numbers; HiGHS refuses indices out of range.
        let status = unsafe { sys::Highs_changeColCost(self.get_mut(), column, cost) };
        checked("a cost", status, Warnings::Refuse)
    }

    pub(super) fn change_column_bounds(
        &mut self,
        column: usize,
        lower: f64,
        upper: f64,
    ) -> Result<(), HighsError> {
        let column = int(column)?;
        // SAFETY: plain numbers; HiGHS refuses indices out of range.
        let status = unsafe { sys::Highs_changeColBounds(self.get_mut(), column, lower, upper) };
        checked("column bounds", status, Warnings::Refuse)
    }

    pub(super) fn change_row_bounds(
        &mut self,
        row: usize,
        lower: f64,
        upper: f64,
    ) -> Result<(), HighsError> {
        let row = int(row)?;
        // SAFETY: plain numbers; HiGHS refuses indices out of range.
        let status = unsafe { sys::Highs_changeRowBounds(self.get_mut(), row, lower, upper) };
        checked("row bounds", status, Warnings::Refuse)
    }

    /// Deletes rows given in increasing order; later rows move up.
    pub(super) fn delete_rows(&mut self, rows: &[HighsInt]) -> Result<(), HighsError> {
        let count = int(rows.len())?;
        // SAFETY: `rows` has `count` entries; HiGHS refuses indices out of order or range.
        let status = unsafe { sys::Highs_deleteRowsBySet(self.get_mut(), count, rows.as_ptr()) };
        checked("deleting rows", status, Warnings::Refuse)
    }

    /// Deletes columns given in increasing order; later columns move up.
    pub(super) fn delete_columns(&mut self, columns: &[HighsInt]) -> Result<(), HighsError> {
        let count = int(columns.len())?;
        // SAFETY: as for rows.
        let status = unsafe { sys::Highs_deleteColsBySet(self.get_mut(), count, columns.as_ptr()) };
        checked("deleting columns", status, Warnings::Refuse)
    }

    /// Reads a model file (MPS or LP by its ending).
    pub(super) fn read_model(&mut self, path: &str) -> Result<(), HighsError> {
        self.with_path("reading a model", path, sys::Highs_readModel)
    }

    /// Writes a model file. A model without names draws a warning, which is fine.
    pub(super) fn write_model(&mut self, path: &str) -> Result<(), HighsError> {
        self.with_path("writing a model", path, sys::Highs_writeModel)
    }

    fn with_path(
        &mut self,
        call: &'static str,
        path: &str,
        function: unsafe extern "C" fn(*mut c_void, *const c_char) -> HighsInt,
    ) -> Result<(), HighsError> {
        let path = c_text(path)?;
        // SAFETY: both callers pass a HiGHS function of an object and a NUL-terminated file name.
        let status = unsafe { function(self.get_mut(), path.as_ptr()) };
        checked(call, status, Warnings::Accept)
    }
}

/// Called by HiGHS. `data` is the closure reference that [`Session::run`] registered.
extern "C" fn trampoline(
    kind: c_int,
    _message: *const c_char,
    output: *const sys::HighsCallbackDataOut,
    input: *mut sys::HighsCallbackDataIn,
    data: *mut c_void,
) {
    let body = AssertUnwindSafe(|| {
        // SAFETY: HiGHS passes back the pointer registered by `Session::run`, which is still on the
        // stack of that call, and a valid output record; nobody else uses either meanwhile.
        let (callback, output) =
            unsafe { (&mut *data.cast::<&mut dyn FnMut(Signal<'_>) -> Answer>(), output.as_ref()) };
        output.and_then(|output| signal(kind, output)).map_or(Answer::Continue, callback)
    });
    // A panic must not cross into C++; it ends the search instead.
    let answer = catch_unwind(body).unwrap_or(Answer::Interrupt);
    let may_interrupt = kind != sys::kHighsCallbackMipImprovingSolution;
    if answer == Answer::Interrupt && may_interrupt && !input.is_null() {
        // SAFETY: `input` is HiGHS's own record, valid for this call, and not null.
        unsafe { (*input).user_interrupt = 1 };
    }
}

fn signal(kind: c_int, output: &sys::HighsCallbackDataOut) -> Option<Signal<'_>> {
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    match kind {
        sys::kHighsCallbackMipImprovingSolution if !output.mip_solution.is_null() => {
            let length = usize::try_from(output.mip_solution_size).unwrap_or(0);
            // SAFETY: HiGHS gives the address and length of its solution vector, which it does not
            // change before the callback returns.
            let values = unsafe { std::slice::from_raw_parts(output.mip_solution, length) };
            Some(Signal::Values(values))
        }
        sys::kHighsCallbackMipInterrupt => Some(Signal::Mip {
            bound: output.mip_dual_bound,
            incumbent: output.objective_function_value,
            nodes: count(output.mip_node_count),
            lp_iterations: count(output.mip_total_lp_iterations),
        }),
        sys::kHighsCallbackSimplexInterrupt | sys::kHighsCallbackIpmInterrupt => Some(Signal::Lp),
        _ => None,
    }
}

fn int(number: usize) -> Result<HighsInt, HighsError> {
    let detail = || format!("{number} is beyond 32 bits");
    HighsInt::try_from(number).map_err(|_| HighsError::new("the size", detail()))
}

fn c_text(text: &str) -> Result<CString, HighsError> {
    CString::new(text).map_err(|_| HighsError::new("a text", "it holds a NUL character"))
}
