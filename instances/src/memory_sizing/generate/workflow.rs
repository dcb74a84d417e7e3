//! A sequencing workflow as Nextflow would trace it: named processes over a cohort of samples.
//!
//! Every process sees the same cohort, so its inputs are correlated; requests are the usual
//! resource labels, far above what is used.

use placewright_models::memory_sizing::instance::{Instance, Samples, TaskType};

use super::recipe::{Recipe, preset_mib};
use super::shape::{Behaviour, Shape};
use crate::draw::{Draw, power};

/// Name, shape, typical memory in MiB, typical run time in s, cores.
type Process = (&'static str, Shape, f64, f64, u32);

const PROCESSES: [Process; 36] = [
    ("FASTQC", Shape::Constant, 580.0, 210.0, 2),
    ("TRIMGALORE", Shape::Constant, 900.0, 640.0, 4),
    ("FASTP", Shape::Staircase, 1_400.0, 300.0, 4),
    ("UMITOOLS_EXTRACT", Shape::Linear, 700.0, 900.0, 1),
    ("BBSPLIT", Shape::NearLimit, 60_000.0, 1_500.0, 8),
    ("SORTMERNA", Shape::Linear, 9_000.0, 4_200.0, 8),
    ("STAR_ALIGN", Shape::Bimodal, 31_000.0, 1_900.0, 8),
    ("BWA_MEM", Shape::Linear, 12_000.0, 7_400.0, 8),
    ("BOWTIE2_ALIGN", Shape::Constant, 4_300.0, 3_100.0, 8),
    ("HISAT2_ALIGN", Shape::Constant, 5_200.0, 1_700.0, 8),
    ("SALMON_QUANT", Shape::Multimodal, 3_800.0, 420.0, 6),
    ("SAMTOOLS_SORT", Shape::Staircase, 2_500.0, 520.0, 4),
    ("SAMTOOLS_INDEX", Shape::Constant, 25.0, 60.0, 1),
    ("SAMTOOLS_STATS", Shape::Constant, 40.0, 180.0, 1),
    ("PICARD_MARKDUPLICATES", Shape::HeavyTail, 9_500.0, 1_800.0, 2),
    ("UMITOOLS_DEDUP", Shape::HeavyTail, 5_500.0, 2_600.0, 1),
    ("QUALIMAP_RNASEQ", Shape::Power, 6_800.0, 1_300.0, 2),
    ("DUPRADAR", Shape::Power, 1_200.0, 500.0, 2),
    ("RSEQC_BAMSTAT", Shape::Constant, 150.0, 260.0, 1),
    ("RSEQC_READDISTRIBUTION", Shape::Multimodal, 1_500.0, 800.0, 1),
    ("RSEQC_JUNCTIONANNOTATION", Shape::Power, 900.0, 450.0, 1),
    ("RSEQC_INNERDISTANCE", Shape::Constant, 640.0, 230.0, 1),
    ("STRINGTIE", Shape::HeavyTail, 420.0, 380.0, 2),
    ("SUBREAD_FEATURECOUNTS", Shape::Linear, 330.0, 240.0, 2),
    ("BEDTOOLS_GENOMECOV", Shape::Linear, 2_100.0, 540.0, 1),
    ("BEDGRAPHTOBIGWIG", Shape::Power, 1_100.0, 120.0, 1),
    ("PRESEQ_LCEXTRAP", Shape::HeavyTail, 260.0, 700.0, 1),
    ("KRAKEN2", Shape::NearLimit, 70_000.0, 600.0, 8),
    ("MEGAHIT", Shape::HeavyTail, 14_000.0, 9_000.0, 8),
    ("METASPADES", Shape::HeavyTail, 36_000.0, 16_000.0, 8),
    ("PROKKA", Shape::Bimodal, 1_300.0, 1_100.0, 4),
    ("BUSCO", Shape::Multimodal, 5_800.0, 5_400.0, 4),
    ("GATK4_HAPLOTYPECALLER", Shape::Linear, 6_200.0, 8_200.0, 2),
    ("DEEPVARIANT", Shape::Staircase, 11_000.0, 12_000.0, 8),
    ("BCFTOOLS_CALL", Shape::Constant, 850.0, 2_300.0, 1),
    ("MULTIQC", Shape::Bimodal, 1_700.0, 95.0, 1),
];

/// The history of a workflow run over a cohort. Types beyond the list get a number.
#[must_use]
pub fn workflow(recipe: &Recipe, seed: u64) -> Instance {
    let mut instance = super::recipe::uncoupled(&Recipe { types: 0, ..recipe.clone() }, seed);
    let mut draw = Draw::new(seed, 0);
    // One input size per sample of the cohort, relative to the typical one.
    let cohort: Vec<f64> = (0..recipe.samples.1).map(|_| power(2.0, 0.5 * draw.normal())).collect();
    instance.types = (0..recipe.types).map(|index| process(recipe, seed, index, &cohort)).collect();
    instance
}

fn process(recipe: &Recipe, seed: u64, index: u64, cohort: &[f64]) -> TaskType {
    let mut draw = Draw::new(seed, index + 1);
    let draw = &mut draw;
    let listed = PROCESSES.len() as u64;
    let (name, shape, typical_mib, typical_s, cores) = PROCESSES[(index % listed) as usize];
    let limit_mib = recipe.node_limit_mib as f64;
    let (shape, limited_mib) = match shape {
        // Databases that fill most of what the process was given, not of the whole node.
        Shape::NearLimit => (Shape::Constant, typical_mib.min(0.9 * limit_mib)),
        shape => (shape, typical_mib.min(0.2 * limit_mib)),
    };
    let behaviour = Behaviour::new(shape, limited_mib, limit_mib, draw);
    let count = draw.between(recipe.samples.0, recipe.samples.1) as usize;
    let bytes = draw.magnitude(2e8, 2e10);
    let largest = recipe.node_limit_mib - recipe.node_limit_mib % recipe.granularity_mib - 1;
    let mut samples = Samples::default();
    for &input in &cohort[..count] {
        let peak_mib = behaviour.peak_mib(input, draw) as u64;
        let run_time = typical_s * 1_000.0 * input * (1.0 + 0.15 * draw.normal()).max(0.2);
        samples.peak_mib.push(peak_mib.clamp(4.min(largest), largest));
        samples.run_time_ms.push(run_time as u64 + 1);
        samples.input_size_bytes.push((bytes * input) as u64);
        samples.censored.push(draw.percent(recipe.censored_percent));
    }
    if !samples.censored.contains(&true) {
        samples.censored.clear();
    }
    let seen = samples.peak_mib.iter().copied().max().unwrap_or(1);
    samples.request_mib = vec![preset_mib(seen).min(recipe.node_limit_mib); count];
    let round = index / listed;
    let name = if round == 0 { name.to_owned() } else { format!("{name}_{}", round + 1) };
    TaskType { name, cores, slots: draw.between(1, 12) as u32, max_attempts: None, samples }
}
