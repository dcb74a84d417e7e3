//! Bounds: what no plan can beat, and how far each bound can be trusted.
