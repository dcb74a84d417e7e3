//! Benchmarks of Snakemake: the tables that `benchmark:` writes, one file per job, a row per repeat.
//!
//! | column | |
//! |---|---|
//! | `max_rss` | peak memory in MB of 1024 · 1024 B, rounded up to MiB; `-` and `NA` mean not measured |
//! | `s` | run time in seconds |
//! | `rule_name`, `threads`, `resources` | with `--benchmark-extended`: the type, its cores and its request |
//!
//! A plain benchmark does not say which rule it is of: the name of its file or folder does, or
//! the option `type`. Failed jobs write no benchmark, so that no sample is censored.

use placewright_models::memory_sizing::MemorySizing;
use placewright_solver::issue::Issue;

use super::collect::Execution;
use super::fields::{at_most_4_pib, at_most_34_years, cores};
use super::gather::{Reading, import_with};
use super::settings;
use super::summary::Summary;
use crate::codes;
use crate::family::{Importer, Offer, OptionHelp};
use crate::files::Source;
use crate::options::{Reader, joined};
use crate::table::{Column, FieldError, Row, Table, missing_column};
use crate::units;

/// What a benchmark without a column `rule_name` is of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Naming {
    /// The file's name without its endings: `benchmarks/bwa_map.tsv`.
    #[default]
    File,
    /// The name of the file's folder: `benchmarks/bwa_map/sample_1.tsv`.
    Folder,
    /// This rule, also where there is a column `rule_name`.
    Rule(String),
}

/// The options of benchmarks alone.
pub(in crate::memory_sizing) const BENCHMARK_OPTIONS: [OptionHelp; 2] = [
    OptionHelp { name: "type", help: "the rule that all files are of [default: see name_from]" },
    OptionHelp {
        name: "name_from",
        help: "what names the rule, file or folder, where no column rule_name does [default: file]",
    },
];

const OPTIONS: [OptionHelp; 8] = joined(BENCHMARK_OPTIONS, settings::OPTIONS);

/// The importer's entry.
pub(super) const IMPORTER: Importer<MemorySizing> = Offer {
    name: "snakemake",
    title: "benchmark files of Snakemake (TSV), plain or extended; a type per rule",
    options: &OPTIONS,
    run: |sources, options| import_with(sources, options, &OPTIONS, reading),
};

/// How sources are read under these options.
pub(in crate::memory_sizing) fn reading(reader: &mut Reader) -> Reading {
    let given = reader.value("type", "a name", |name| (!name.is_empty()).then(|| name.to_owned()));
    let name_from = reader.value("name_from", "file or folder", |text| match text {
        "file" => Some(Naming::File),
        "folder" => Some(Naming::Folder),
        _ => None,
    });
    let naming = given.map(Naming::Rule).or(name_from).unwrap_or_default();
    Box::new(move |source, summary| read(source, &naming, summary))
}

fn read(
    source: &Source,
    naming: &Naming,
    summary: &mut Summary,
) -> Result<Vec<Execution>, Vec<Issue>> {
    let table = Table::open_unquoted(&source.text)?;
    let columns = Columns::of(&table, naming)?;
    let name = match naming.name(&source.name) {
        Some(name) => name,
        None if columns.rule.is_some() => String::new(),
        None => {
            let cause = "the path does not tell which rule the benchmark is of";
            return Err(vec![codes::issue(codes::BAD_OPTION, "type", cause)]);
        }
    };
    let (mut executions, mut issues) = (Vec::new(), Vec::new());
    table.for_each(&mut issues, |row, issues| {
        summary.rows += 1;
        match columns.execution(row, &name, issues) {
            Ok(execution) => executions.push(execution),
            Err(reason) => summary.skip(reason),
        }
    });
    let short = executions.iter().filter(|execution| execution.run_time_ms < 1000).count();
    summary.warn(
        short as u64,
        "shorter than a second, in which Snakemake measures once or twice, perhaps too early",
    );
    if issues.is_empty() { Ok(executions) } else { Err(issues) }
}

impl Naming {
    /// The rule that a path tells.
    fn name(&self, path: &str) -> Option<String> {
        let mut parts = path.rsplit(['/', std::path::MAIN_SEPARATOR]);
        let file = parts.next().filter(|file| *file != "-");
        let name = match self {
            Naming::Rule(name) => Some(name.as_str()),
            Naming::File => file.map(stem),
            Naming::Folder => parts.next(),
        };
        name.filter(|name| !["", ".", ".."].contains(name)).map(str::to_owned)
    }
}

/// Endings that workflows give to their benchmarks.
const ENDINGS: [&str; 6] = [".zst", ".tsv", ".txt", ".log", ".bench", ".benchmark"];

fn stem(file: &str) -> &str {
    let shorter = ENDINGS.iter().find_map(|ending| file.strip_suffix(ending));
    match shorter {
        Some("") | None => file,
        Some(rest) => stem(rest),
    }
}

struct Columns {
    rule: Option<Column>,
    peak: Option<Column>,
    seconds: Option<Column>,
    threads: Option<Column>,
    resources: Option<Column>,
}

impl Columns {
    fn of(table: &Table, naming: &Naming) -> Result<Self, Vec<Issue>> {
        let rule = table.column("rule_name").filter(|_| !matches!(naming, Naming::Rule(_)));
        let (peak, seconds) = (table.column("max_rss"), table.column("s"));
        let (threads, resources) = (table.column("threads"), table.column("resources"));
        let mut issues = Vec::new();
        if peak.is_none() {
            issues.push(missing_column(&["max_rss"], "holds the memory to be learned"));
        }
        if seconds.is_none() {
            issues.push(missing_column(&["s"], "holds the run time"));
        }
        if issues.is_empty() {
            Ok(Self { rule, peak, seconds, threads, resources })
        } else {
            Err(issues)
        }
    }

    fn execution(
        &self,
        row: &Row,
        name: &str,
        issues: &mut Vec<Issue>,
    ) -> Result<Execution, &'static str> {
        let peak_mib = row.value(self.peak, memory_mib, issues).unwrap_or(0);
        let run_time_ms = row.value(self.seconds, run_time_ms, issues);
        let cores = row.value(self.threads, cores, issues).unwrap_or(1).max(1);
        let request_mib = row.value(self.resources, request_mib, issues).flatten();
        if peak_mib == 0 {
            return Err("without a memory measurement");
        }
        let task_type = row.text(self.rule).unwrap_or(name);
        if task_type.is_empty() {
            return Err("without a rule");
        }
        Ok(Execution {
            task_type: task_type.to_owned(),
            cores,
            peak_bytes: peak_mib << 20,
            run_time_ms: run_time_ms.ok_or("without a run time")?,
            weight: 1,
            input_size_bytes: None,
            request_bytes: request_mib.map(|mib| mib << 20),
            censored: false,
            label: None,
            submitted_ms: None,
            superseded: None,
        })
    }
}

/// Snakemake's MB are MiB; 0 where nothing was measured.
fn memory_mib(text: &str) -> Result<u64, FieldError> {
    match text {
        "NA" => Ok(0),
        _ => units::mib(text).and_then(at_most_4_pib),
    }
}

/// `mem_mib` of resources as Python prints them: `{'mem_mb': 1000, 'mem_mib': 954}`.
fn request_mib(text: &str) -> Result<Option<u64>, FieldError> {
    let Some((_, rest)) = text.split_once("'mem_mib': ") else { return Ok(None) };
    let number = rest.split([',', '}']).next().unwrap_or_default();
    // Resources that are not known before a job starts are a text.
    let Ok(mib) = units::integer(number) else { return Ok(None) };
    at_most_4_pib(mib).map(|mib| Some(mib).filter(|&mib| mib > 0))
}

fn run_time_ms(text: &str) -> Result<u64, FieldError> {
    units::seconds(text).and_then(at_most_34_years)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_rules() {
        let cases = [
            ("benchmarks/bwa_map.tsv", Some("bwa_map"), Some("benchmarks")),
            ("sort/s1.benchmark.txt.zst", Some("s1"), Some("sort")),
            ("index.txt", Some("index"), None),
            ("../.tsv", Some(".tsv"), None),
            ("-", None, None),
        ];
        for (path, file, folder) in cases {
            assert_eq!(Naming::File.name(path).as_deref(), file, "{path}");
            assert_eq!(Naming::Folder.name(path).as_deref(), folder, "{path}");
            assert_eq!(Naming::Rule("x".into()).name(path).as_deref(), Some("x"));
        }
    }
}
