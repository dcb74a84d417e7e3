//! What jobs ask of devices: conditions over attributes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The value of an attribute: an integer, its unit in the attribute's name, or a label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum AttributeValue {
    /// A quantity.
    Number(i64),
    /// A name, such as that of an operating system.
    Label(String),
}

/// A condition on one attribute of a device. A device without the attribute does not meet it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Name of the attribute.
    pub attribute: String,
    /// How the device's value must compare with `value`.
    pub comparison: Comparison,
    /// What it is compared with.
    pub value: AttributeValue,
}

/// How a device's value compares with that of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// The device's number is as large or larger.
    AtLeast,
    /// The device's number is as small or smaller.
    AtMost,
    /// Number or label is the same.
    Equals,
}

impl Condition {
    /// Whether a device with these attributes meets the condition.
    #[must_use]
    pub fn is_met_by(&self, attributes: &BTreeMap<String, AttributeValue>) -> bool {
        use AttributeValue::Number;
        let Some(own) = attributes.get(&self.attribute) else { return false };
        match (self.comparison, own, &self.value) {
            (Comparison::Equals, own, wanted) => own == wanted,
            (Comparison::AtLeast, Number(own), Number(wanted)) => own >= wanted,
            (Comparison::AtMost, Number(own), Number(wanted)) => own <= wanted,
            _ => false,
        }
    }
}
