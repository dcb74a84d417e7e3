//! `placewright solve`: answers, limits, interrupts.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::folder::{Folder, file, hard_instance, infeasible_instance, instance};

#[test]
fn solutions_go_to_stdout_and_the_log_to_stderr() {
    let run = Folder::with_small().run(&["solve", "small.json"]).expect(0);
    assert_eq!(run.json()["status"], "optimal");
    assert_eq!(run.json()["objective"], run.json()["bound"]);
    assert!(run.stderr().starts_with(" src     time      iters         bound          best"));
    assert!(run.stderr().contains("  certificate  dual prices, verified\n"), "{}", run.stderr());
}

#[test]
fn standard_input_is_an_instance_too() {
    let folder = Folder::with_small();
    let text = std::fs::read_to_string(folder.path("small.json")).unwrap();
    let piped = folder.command(&["solve", "-", "--quiet"]).write_stdin(text).output().unwrap();
    let named = folder.run(&["solve", "small.json", "-q"]).expect(0);
    assert_eq!(piped.stdout, named.0.stdout);
    assert!(piped.stderr.is_empty() && named.0.stderr.is_empty());
}

#[test]
fn outputs_are_whole_files_and_folders_take_names() {
    let folder = Folder::with_small();
    folder.run(&["solve", "small.json", "-q", "-o", "a.json", "--stats", "stats.json"]).expect(0);
    folder.run(&["solve", "small.json", "-q", "-o", "answers/"]).expect(0);
    assert_eq!(folder.names(), ["a.json", "answers", "small.json", "stats.json"]);
    assert_eq!(folder.read("a.json"), folder.read("answers/small.sol.json"));
    assert_eq!(folder.read("stats.json")["status"], "optimal");
}

#[test]
fn several_files_give_a_table_with_averages() {
    let folder = Folder::with_small();
    folder.write("other.json", &file("other", instance(2, 9)));
    let run = folder.run(&["solve", "small.json", "other.json", "-o", "answers/"]).expect(0);
    let table = run.stdout();
    assert!(table.starts_with("name      status"), "{table}");
    assert!(table.contains("2 optimal"), "{table}");
    assert!(table.contains("geometric mean shifted by 1 s"), "{table}");
    folder.run(&["check", "other.json", "answers/other.sol.json"]).expect(0);
}

#[test]
fn one_bad_file_among_several_is_told_and_the_others_are_solved() {
    let folder = Folder::with_small();
    folder.write("infeasible.json", &file("infeasible", infeasible_instance()));
    folder.write_text("broken.json", "{");
    let run = folder.run(&["solve", "broken.json", "small.json", "infeasible.json"]).expect(2);
    assert!(run.stderr().contains("broken.json: PW003"), "{}", run.stderr());
    for status in ["refused", "optimal", "infeasible"] {
        assert!(run.stdout().contains(status), "{}", run.stdout());
    }
}

#[test]
fn infeasibility_is_an_answer_with_a_proof_and_exit_code_1() {
    let folder = Folder::new();
    folder.write("infeasible.json", &file("infeasible", infeasible_instance()));
    let run = folder.run(&["solve", "infeasible.json"]).expect(1);
    assert_eq!(run.json()["status"], "infeasible");
    assert!(run.stderr().contains("combinatorial, verified"), "{}", run.stderr());
}

#[test]
fn a_time_limit_of_ten_milliseconds_still_gives_a_plan() {
    let folder = Folder::new();
    folder.write("hard.json", &file("hard", hard_instance()));
    let started = Instant::now();
    let run = folder.run(&["solve", "hard.json", "--time-limit", "10ms", "-q"]).expect(0);
    assert!(run.json()["plan"].is_object());
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn work_limits_give_the_same_bytes_for_any_number_of_threads() {
    let folder = Folder::new();
    folder.write("hard.json", &file("hard", hard_instance()));
    let solve = |threads| {
        let limits = ["--work-limit", "100000", "--method", "heuristic", "--seed", "7"];
        let arguments = [&["solve", "hard.json", "-q", "--threads", threads], &limits[..]];
        folder.run(&arguments.concat()).expect(0).stdout()
    };
    let alone = solve("1");
    assert_eq!(alone, solve("2"));
    assert_eq!(alone, solve("4"));
}

#[test]
fn outputs_never_replace_inputs_or_one_another() {
    let folder = Folder::with_small();
    let before = folder.read("small.json");
    let solve = ["solve", "small.json", "-q"];
    for outputs in [
        &["-o", "small.json"][..],
        &["--stats", "./small.json"],
        &["-o", "answer.json", "--stats", "answer.json"],
    ] {
        let run = folder.run(&[&solve[..], outputs].concat()).expect(2);
        assert!(run.stderr().contains("read or written already"), "{}", run.stderr());
    }
    assert_eq!(folder.read("small.json"), before);
    assert_eq!(folder.names(), ["small.json"]);
}

#[test]
fn a_start_is_never_made_worse() {
    let folder = Folder::new();
    folder.write("hard.json", &file("hard", hard_instance()));
    let limits = ["--work-limit", "100000", "--method", "heuristic", "-o", "start.json"];
    folder.run(&[&["solve", "hard.json", "-q"], &limits[..]].concat()).expect(0);
    let method = ["--method", "max-seen", "--start", "start.json"];
    let run = folder.run(&[&["solve", "hard.json", "-q"], &method[..]].concat()).expect(0);
    assert_eq!(run.json()["objective"], folder.read("start.json")["objective"]);
}

#[test]
fn json_logs_are_one_object_per_line_and_end_with_the_outcome() {
    let run = Folder::with_small().run(&["solve", "small.json", "--log-format", "json"]).expect(0);
    let lines: Vec<serde_json::Value> =
        run.stderr().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["kind"] == "incumbent"));
    let last = lines.last().unwrap();
    assert_eq!(last["kind"], "outcome");
    assert_eq!(last["status"], "optimal");
    assert_eq!(last["trust"], "verified");
}

#[cfg(unix)]
fn interrupt(folder: &Folder, times: u32) -> (std::process::Output, Duration) {
    let child = Command::new(assert_cmd::cargo::cargo_bin!("placewright"))
        .args(["solve", "hard.json", "--time-limit", "2m"])
        .args(["-o", "answer.json"])
        .current_dir(folder.path("."))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let started = Instant::now();
    for _ in 0..times {
        std::thread::sleep(Duration::from_millis(400));
        let id = nix::unistd::Pid::from_raw(child.id().try_into().unwrap());
        nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGINT).unwrap();
    }
    (child.wait_with_output().unwrap(), started.elapsed())
}

#[cfg(unix)]
#[test]
fn ctrl_c_writes_the_best_plan() {
    let folder = Folder::new();
    // An instance of the library whose optimum nobody has proved yet.
    let open = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../instances/memory_sizing/medium/menu-failures-1.json");
    std::fs::copy(open, folder.path("hard.json")).unwrap();
    let (output, elapsed) = interrupt(&folder, 1);
    let log = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{log}");
    assert!(elapsed < Duration::from_secs(20), "{elapsed:?}");
    assert!(log.contains("stopped by an interrupt"), "{log}");
    folder.run(&["check", "hard.json", "answer.json"]).expect(0);
}

#[cfg(unix)]
#[test]
fn a_broken_pipe_is_silent() {
    let folder = Folder::with_small();
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("placewright"))
        .args(["solve", "small.json", "-q"])
        .current_dir(folder.path("."))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(said, "");
}
