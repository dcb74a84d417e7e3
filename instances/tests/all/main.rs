//! Files, importers and emitters through the public interface.

#[cfg(test)]
mod emit_and_report;
#[cfg(test)]
mod instance_files;
#[cfg(test)]
mod large_file;
#[cfg(test)]
mod learn;
#[cfg(test)]
mod nextflow;
#[cfg(test)]
mod public_traces;
#[cfg(test)]
mod slurm;
#[cfg(test)]
mod small;
#[cfg(test)]
mod snakemake;
#[cfg(test)]
mod solution_files;
#[cfg(test)]
mod vpa;
