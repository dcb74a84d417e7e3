//! Ctrl-C: the first ends the search, the second ends the program.

use std::process;

use placewright_solver::budget::CancelToken;

/// The exit code of a program ended by SIGINT, as shells report it.
const INTERRUPTED: i32 = 130;

/// A token that the first Ctrl-C (or SIGTERM, SIGHUP) cancels; the second exits at once. Called
/// when a search begins: before that, Ctrl-C simply ends the program.
pub(crate) fn cancelled_by_ctrl_c() -> CancelToken {
    let token = CancelToken::new();
    let handler_token = token.clone();
    let handler = move || {
        if handler_token.is_cancelled() {
            process::exit(INTERRUPTED);
        }
        handler_token.cancel();
    };
    // Without a handler Ctrl-C ends the program without a plan, which is no reason not to search.
    drop(ctrlc::set_handler(handler));
    token
}
