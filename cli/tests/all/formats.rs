//! `import` and `emit` for the systems around: Slurm, Snakemake, Kubernetes.

use serde_json::json;

use crate::folder::{Folder, Run};

const SACCT: &str = "\
JobID|JobName|State|ReqMem|MaxRSS|Elapsed|AllocCPUS|NTasks
1|align|COMPLETED|4G||01:00:00|8|
1.batch|batch|COMPLETED||900M|01:00:00|8|1
2|align|COMPLETED|4G||01:00:00|8|
2.batch|batch|COMPLETED||900M|01:00:00|8|1
3|align|COMPLETED|4G||00:01:00|8|
3.batch|batch|COMPLETED||3000M|00:01:00|8|1
4|align|CANCELLED by 7|4G||00:01:00|8|
";

/// A folder with the accounting above as an instance, and its plan.
fn solved() -> Folder {
    let folder = Folder::new();
    folder.write_text("sacct.txt", SACCT);
    let import = ["import", "memory_sizing", "slurm", "sacct.txt", "-o", "history.json"];
    let run = folder.run(&import).expect(0);
    assert!(run.stderr().contains("4 rows: 3 used (0 censored), 1 skipped"), "{}", run.stderr());
    assert!(run.stderr().contains("1  in state CANCELLED"), "{}", run.stderr());
    folder.run(&["solve", "history.json", "-q", "-o", "plan.json"]).expect(0);
    folder
}

fn emit(folder: &Folder, format: &str) -> Run {
    folder.run(&["emit", "history.json", "plan.json", "--format", format]).expect(0)
}

#[test]
fn every_format_has_a_configuration_with_the_ladder() {
    let folder = solved();
    let expected = [
        ("nextflow", "[900.MB, 3000.MB][Math.min(task.attempt, 2) - 1]"),
        ("slurm", "'align:2') echo 3000M ;;"),
        ("snakemake", "\"align\":\n    mem_mb: \"[944, 3146][min(attempt, 2) - 1]\""),
        ("kubernetes", "requests: { memory: 900Mi }"),
        ("csv", "align,2,3000"),
    ];
    for (format, text) in expected {
        let run = emit(&folder, format);
        assert!(run.stdout().contains(text), "{format}: {}", run.stdout());
    }
}

/// The script in a real shell, with commands of Slurm that only say what they were asked.
#[cfg(unix)]
#[test]
fn slurm_jobs_are_tried_again_when_they_run_out_of_memory() {
    let folder = solved();
    folder.write_text("memory.sh", &emit(&folder, "slurm").stdout());
    // Jobs below 2 GiB run out of memory; the job `broken` fails for another reason.
    let slurm = r#"
        set -eu
        sbatch() {
            echo "sbatch $*" >&2
            echo "17;cluster"
            case "$*" in *broken*) return 9 ;; *--mem=900M*) return 137 ;; esac
        }
        scontrol() {
            [ "$*" = "show job --oneliner 17" ] || echo "scontrol $*" >&2
            case "$mem" in broken) echo JobState=FAILED ;; *) echo JobState=OUT_OF_MEMORY ;; esac
        }
        . ./memory.sh
        mem=
    "#;
    let shell = |commands: &str| {
        let mut command = std::process::Command::new("sh");
        let script = format!("{slurm}\n{commands}");
        command.current_dir(folder.path(".")).args(["-c", &script]);
        Run(command.output().unwrap())
    };
    let run = shell("placewright_sbatch align --time=5 job.sh 'a b'").expect(0);
    let submitted: Vec<String> = run.stderr().lines().map(str::to_owned).collect();
    let expected = [
        "sbatch --parsable --wait --job-name=align --mem=900M --time=5 job.sh a b",
        "job 17;cluster ran out of 900M",
        "sbatch --parsable --wait --job-name=align --mem=3000M --time=5 job.sh a b",
    ];
    assert_eq!(submitted, expected);
    let run = shell("mem=broken; placewright_sbatch align broken.sh").expect(9);
    assert_eq!(run.stderr().lines().count(), 1, "{}", run.stderr());
    shell("placewright_sbatch sort job.sh").expect(2);
    assert_eq!(shell("placewright_mem align").expect(0).stdout(), "900M\n");
    assert_eq!(shell("placewright_mem align 2").expect(0).stdout(), "3000M\n");
    shell("placewright_mem align 3").expect(1);
}

#[test]
fn benchmarks_of_many_rules_are_one_history() {
    let folder = Folder::new();
    let rows = "s\th:m:s\tmax_rss\n10.5\t0:00:10\t100.5\n11.5\t0:00:11\t300\n";
    folder.write_text("map.tsv", rows);
    folder.write_text("sort.tsv", rows);
    let import = ["import", "memory_sizing", "snakemake", "map.tsv", "sort.tsv"];
    let run = folder.run(&[&import[..], &["--name", "wf"]].concat()).expect(0);
    let file = run.json();
    assert_eq!(file["name"], "wf");
    assert_eq!(file["source"], "snakemake map.tsv and 1 more");
    assert_eq!(file["instance"]["types"][1]["name"], "sort");
    assert!(run.stderr().contains("4 rows: 4 used"), "{}", run.stderr());
    folder.write_text("wrong.tsv", "s\tmax_rss\nsoon\t1\n");
    let run = folder.run(&[&import[..], &["wrong.tsv"]].concat()).expect(2);
    assert!(run.stderr().contains("wrong.tsv: PW044"), "{}", run.stderr());
    assert_eq!(run.stdout(), "");
    folder.run(&["import", "memory_sizing", "snakemake", "-", "-"]).expect(2);
}

#[test]
fn checkpoints_are_imported_with_an_assumed_run_time() {
    let folder = Folder::new();
    let checkpoint = json!({
        "kind": "VerticalPodAutoscalerCheckpoint",
        "spec": { "containerName": "web", "vpaObjectName": "shop" },
        "status": {
            "memoryHistogram": { "bucketWeights": { "2": 10, "9": 1 }, "totalWeight": 5.5 },
            "version": "v3",
        },
    });
    folder.write("checkpoint.json", &checkpoint);
    let import = ["import", "memory_sizing", "vpa", "checkpoint.json", "-o", "history.json"];
    let run = folder.run(&import).expect(0);
    assert!(run.stderr().contains("warning: run times are not known: 1h"), "{}", run.stderr());
    folder.run(&["solve", "history.json", "-q", "-o", "plan.json"]).expect(0);
    let patches = emit(&folder, "kubernetes").stdout();
    assert!(patches.contains("\"shop\":\n  spec:"), "{patches}");
    assert!(patches.contains("- name: \"web\""), "{patches}");
    let listing = folder.run(&["import", "memory_sizing"]).expect(0).stdout();
    for format in ["slurm: ", "snakemake: ", "vpa: ", "-O run_time=…", "-O name_from=…"] {
        assert!(listing.contains(format), "{listing}");
    }
}
