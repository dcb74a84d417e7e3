//! HiGHS's own readers and writers, for a second opinion on ours.

use std::path::Path;

use highs::HighsModelStatus;

use super::arrays::Arrays;
use super::ffi::{Answer, HighsError, Session, Signal};
use crate::mip::model::MipModel;

/// Lets HiGHS read a model file (MPS or LP by its ending) and solve it to optimality. `None` where
/// it is not solved to optimality.
pub fn solve_file(path: &Path) -> Result<Option<f64>, HighsError> {
    let mut session = Session::new()?;
    session.read_model(&text(path)?)?;
    session.set_option("mip_rel_gap", 0.0)?;
    let status = session.run(&mut |_: Signal<'_>| Answer::Continue)?;
    let objective = session.double_info(c"objective_function_value");
    Ok(objective.filter(|_| status == HighsModelStatus::Optimal))
}

/// Lets HiGHS write the model (MPS or LP by the ending of the path), names included.
pub fn write_file(model: &MipModel, path: &Path) -> Result<(), HighsError> {
    let mut session = Session::new()?;
    session.pass(&Arrays::of(model))?;
    session.pass_names(model.column_names.iter(), model.row_names.iter())?;
    session.write_model(&text(path)?)
}

fn text(path: &Path) -> Result<String, HighsError> {
    let text = path.to_str().ok_or_else(|| HighsError::new("a path", "it is not UTF-8"))?;
    Ok(text.to_owned())
}
