//! Tables of nodes, stores and shards as an instance.

use placewright_models::replication_placement::ReplicationPlacement;
use placewright_models::replication_placement::instance::Instance;

use super::assembly::{self, Defaults, levels};
use super::tables::{Content, read};
use crate::codes;
use crate::family::{Imported, Importer, Offer, OptionHelp, Options};
use crate::files::{Rejected, Source};
use crate::options::{Reader, joined};

/// The importer's entry.
pub(super) const IMPORTER: Importer<ReplicationPlacement> = Offer {
    name: "csv",
    title: "tables of nodes (node, memory, …), stores (store, capacity, …) and shards (shard, \
            state, …)",
    options: &OPTIONS,
    run: import,
};

const OPTIONS: [OptionHelp; 10] = joined(
    [OptionHelp {
        name: "levels",
        help: "kinds of failure domains and the columns that hold them, as rack=rack_id,zone=zone \
               [default: none]",
    }],
    assembly::OPTIONS,
);

fn import(sources: &[Source], options: &Options) -> Result<Imported<Instance>, Rejected> {
    let mut reader = Reader::new(options, &OPTIONS);
    let levels = levels(&mut reader, &[]);
    let defaults = Defaults::read(&mut reader);
    if !reader.issues.is_empty() {
        return Err(Rejected::new("options", reader.issues));
    }
    let (mut nodes, mut stores, mut shards) = (Vec::new(), Vec::new(), Vec::new());
    for source in sources {
        let content = read(&source.text, &levels, &defaults);
        match content.map_err(|issues| source.reject(issues))? {
            Content::Nodes(own) => nodes.extend(own),
            Content::Stores(own) => stores.extend(own),
            Content::Shards(own) => shards.extend(own),
        }
    }
    let name = sources.first().map_or("", |source| source.name.as_str());
    for (missing, what) in [(nodes.is_empty(), "nodes"), (shards.is_empty(), "shards")] {
        if missing {
            let cause = format!("no table of {what} has a row");
            return Err(Rejected::new(name, vec![codes::issue(codes::NO_SAMPLES, "", cause)]));
        }
    }
    let names: Vec<String> = levels.into_iter().map(|(name, _)| name).collect();
    let imported = defaults.assemble(&names, nodes, stores, shards);
    imported.map_err(|issues| Rejected::new(name, issues))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODES: &str = "node,memory,rack,failures_per_1000_days\na,64GiB,r1,3.5\nb,32 GiB,r2,\n";
    const STORES: &str = "store,capacity,restore_mbit,losses_micro_per_day\ns3,1TiB,4000,50+1\n";
    const SHARDS: &str = "shard,state,value,modes,spread,blocking_percent\n\
                          s0,10GiB,4,checkpoint+relaxed_chain,rack:1,2.5\ns1,1GiB,,,,\n";

    fn run(texts: &[&str], pairs: &[(&str, &str)]) -> Result<Imported<Instance>, Rejected> {
        let source = |text: &&str| Source { name: "t.csv".into(), text: (*text).to_owned() };
        let sources: Vec<Source> = texts.iter().map(source).collect();
        let options = pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
        import(&sources, &options.collect())
    }

    #[test]
    fn tables_make_an_instance() {
        let options = [("levels", "rack=rack"), ("shocks", "rack:0.5"), ("nic_mbit", "8192")];
        let instance = run(&[NODES, SHARDS, STORES], &options).unwrap().instance;
        assert_eq!(instance.nodes[0].memory_mib, 65_536);
        assert_eq!(instance.nodes[1].failures_micro_per_day, 3_500);
        assert_eq!(instance.nodes[1].nic_in_kib_per_s, 1_000_000);
        assert_eq!(instance.levels[0].domains.len(), 2);
        assert_eq!(instance.levels[0].domains[0].shocks_micro_per_day, 500);
        assert_eq!(instance.stores[0].losses_micro_per_day, [50, 1]);
        assert_eq!(instance.shards[0].blocking_ppm, 25_000);
        assert_eq!(instance.shards[0].modes.len(), 2);
        assert_eq!((instance.shards[1].value, instance.shards[1].modes.len()), (1, 4));
    }

    #[test]
    fn mistakes_have_codes_and_lines() {
        let found = |texts: &[&str], pairs: &[(&str, &str)]| {
            let issues = run(texts, pairs).unwrap_err().issues;
            issues.iter().map(|issue| (issue.code, issue.line)).collect::<Vec<_>>()
        };
        let bad = SHARDS.replace("relaxed_chain", "raid").replace("1GiB,,", "1 parsec,x,");
        assert_eq!(
            found(&[NODES, &bad], &[("levels", "rack=rack")]),
            [("PW044", Some(2)), ("PW044", Some(3)), ("PW045", Some(3))]
        );
        // The column of racks is not used.
        assert_eq!(found(&[NODES, SHARDS], &[]), [("PW015", Some(1))]);
        assert_eq!(found(&[SHARDS], &[]), [("PW047", None)]);
        assert_eq!(found(&[NODES, SHARDS], &[("levels", "rack")]), [("PW048", None)]);
        let options = [("levels", "rack=rack"), ("shocks", "row:1")];
        assert_eq!(found(&[NODES, SHARDS], &options), [("PW048", None)]);
    }
}
