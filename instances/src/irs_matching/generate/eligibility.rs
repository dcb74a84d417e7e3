//! Families of eligibility sets: how the sets of classes that jobs may use lie to each other.

use std::collections::BTreeMap;

use placewright_models::irs_matching::instance::{
    AttributeValue, Comparison, Condition, DeviceClass, Job,
};

use crate::draw::Draw;

/// How eligibility sets lie to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Eligibility {
    /// Thresholds on two attributes, as in Venn: sets contain, overlap and nest.
    Lattice,
    /// Any two sets are disjoint or nested: subtrees of a binary tree.
    Laminar,
    /// Arcs of a circle: sets overlap without containing each other.
    Crossing,
}

impl Eligibility {
    pub(super) const ALL: [(&'static str, Eligibility); 3] = [
        ("lattice", Eligibility::Lattice),
        ("laminar", Eligibility::Laminar),
        ("crossing", Eligibility::Crossing),
    ];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, each)| *each)
    }

    /// The classes: of a lattice, every pair of levels; otherwise without attributes.
    pub(super) fn classes(self, count: u64) -> Vec<DeviceClass> {
        let levels = memory_levels(count);
        let class = |index: u64| {
            let (cpu, memory) = (index / levels, index % levels);
            let mut attributes = BTreeMap::new();
            if self == Eligibility::Lattice {
                let number = |value: u64| AttributeValue::Number(value as i64);
                attributes.insert("cpu_score".to_owned(), number(5 + 2 * cpu));
                attributes.insert("memory_mib".to_owned(), number(2048 << memory));
                return DeviceClass { name: format!("cpu{cpu}-memory{memory}"), attributes };
            }
            DeviceClass { name: format!("class-{index}"), attributes }
        };
        (0..count).map(class).collect()
    }

    /// Draws what a job asks for.
    pub(super) fn ask(self, job: &mut Job, classes: &[DeviceClass], draw: &mut Draw) {
        let count = classes.len() as u64;
        let named = |indices: &mut dyn Iterator<Item = u64>| {
            Some(indices.map(|index| classes[index as usize].name.clone()).collect())
        };
        match self {
            Eligibility::Lattice => {
                let levels = memory_levels(count);
                let cpu = draw.between(0, count / levels - 1);
                // The last row of classes may be short.
                let last = (count - cpu * levels).min(levels) - 1;
                let memory = draw.between(0, last);
                let at_least = |attribute: &str, value: u64| Condition {
                    attribute: attribute.to_owned(),
                    comparison: Comparison::AtLeast,
                    value: AttributeValue::Number(value as i64),
                };
                if cpu > 0 {
                    job.requires.push(at_least("cpu_score", 5 + 2 * cpu));
                }
                if memory > 0 {
                    job.requires.push(at_least("memory_mib", 2048 << memory));
                }
            }
            Eligibility::Laminar => {
                let (mut low, mut high) = (0, count);
                while high - low > 1 && draw.percent(60) {
                    let middle = low + (high - low) / 2;
                    if draw.percent(50) { high = middle } else { low = middle }
                }
                if (low, high) != (0, count) {
                    job.classes = named(&mut (low..high));
                }
            }
            Eligibility::Crossing => {
                let start = draw.between(0, count - 1);
                let length = draw.between(1.max(count / 3), 1.max(count * 2 / 3));
                job.classes = named(&mut (start..start + length).map(|index| index % count));
            }
        }
    }
}

/// Levels of the second attribute: as square a grid as the count allows.
fn memory_levels(count: u64) -> u64 {
    (1..=count).filter(|levels| levels * levels <= count).max().unwrap_or(1)
}
