//! Nodes as people write them: `4x16c64g+2x64c1t`.

use placewright_models::memory_sizing::replay::cluster::nodes::{Cluster, Node};

use crate::units;

/// What is expected, for messages and help.
pub(super) const FORM: &str = "COUNTxCOREScMEMORY, several joined by +, such as 4x16c64g+2x64c1t";

const MOST_NODES: usize = 100_000;
const LEAST_MEMORY_BYTES: u64 = 1 << 20;
const MOST_MEMORY_BYTES: u64 = 1 << 50;

/// Reads node kinds; `Err` says what is wrong, as the end of a sentence that starts with the text.
pub(super) fn cluster(text: &str) -> Result<Cluster, String> {
    let mut cluster = Cluster::default();
    for kind in text.split('+') {
        let (count, node) = node_kind(kind.trim())?;
        let nodes = cluster.nodes.len().saturating_add(count);
        if nodes > MOST_NODES {
            return Err(format!("has more than {MOST_NODES} nodes"));
        }
        cluster.nodes.resize(nodes, node);
    }
    Ok(cluster)
}

fn node_kind(kind: &str) -> Result<(usize, Node), String> {
    let shape = || format!("has {kind:?}, which is not {FORM}");
    let lower = kind.to_ascii_lowercase();
    let (count, node) = lower.split_once('x').ok_or_else(shape)?;
    let (cores, memory) = node.split_once('c').ok_or_else(shape)?;
    let count: usize = count.parse().map_err(|_| shape())?;
    let cores: u32 = cores.parse().map_err(|_| shape())?;
    let memory_bytes = units::bytes(memory).map_err(|_| shape())?;
    if count == 0 || cores == 0 {
        return Err(format!("has {kind:?} without nodes or cores"));
    }
    if memory_bytes < LEAST_MEMORY_BYTES {
        return Err(format!("has {kind:?} with less than a MiB of memory: add a unit, such as g"));
    }
    if memory_bytes > MOST_MEMORY_BYTES {
        return Err(format!("has {kind:?} with more than a PiB of memory"));
    }
    Ok((count, Node { cores, memory_bytes }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_joined_in_order() {
        let read = cluster("2x16c64g + 1X64C1.5TB").unwrap();
        let small = Node { cores: 16, memory_bytes: 64 << 30 };
        let large = Node { cores: 64, memory_bytes: 1536 << 30 };
        assert_eq!(read.nodes, [small, small, large]);
    }

    #[test]
    fn mistakes_are_told() {
        let cases = [
            ("", "is not COUNT"),
            ("8", "is not COUNT"),
            ("8x16", "is not COUNT"),
            ("8x16c", "is not COUNT"),
            ("8x16c128q", "is not COUNT"),
            ("-8x16c128g", "is not COUNT"),
            ("8x16c128g+", "is not COUNT"),
            ("0x16c128g", "without nodes"),
            ("8x0c128g", "without nodes"),
            ("8x16c128", "add a unit"),
            ("8x16c2p", "more than a PiB"),
            ("99999999999x1c1g", "more than 100000 nodes"),
        ];
        for (text, told) in cases {
            let cause = cluster(text).unwrap_err();
            assert!(cause.contains(told), "{text}: {cause}");
        }
    }
}
