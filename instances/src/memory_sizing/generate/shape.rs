//! How the memory of a task type behaves: the shapes seen in workflow traces.

use crate::draw::{Draw, power};

/// The behaviour of one task type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The same for every input, give or take a few percent.
    Constant,
    /// A base plus a share of the input's size.
    Linear,
    /// A root of the input's size.
    Power,
    /// Mostly small, rarely many times larger.
    Bimodal,
    /// Three or four levels of comparable frequency.
    Multimodal,
    /// Lognormal or Pareto: no largest task in sight.
    HeavyTail,
    /// Doubles with the input at fixed thresholds (buffers, threads, chunks).
    Staircase,
    /// Most of a node, whatever the input.
    NearLimit,
}

impl Shape {
    /// All shapes with their names.
    pub const ALL: [(&'static str, Shape); 8] = [
        ("constant", Shape::Constant),
        ("linear", Shape::Linear),
        ("power", Shape::Power),
        ("bimodal", Shape::Bimodal),
        ("multimodal", Shape::Multimodal),
        ("heavy-tail", Shape::HeavyTail),
        ("staircase", Shape::Staircase),
        ("near-limit", Shape::NearLimit),
    ];

    /// The shape of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Shape> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, shape)| *shape)
    }
}

/// The memory of one type as a function of its input, with the parameters drawn once.
pub(crate) struct Behaviour {
    shape: Shape,
    /// Typical memory in MiB; for [`Shape::NearLimit`] the limit itself.
    typical_mib: f64,
    noise: f64,
    exponent: f64,
    rare_percent: u64,
    levels: Vec<f64>,
}

impl Behaviour {
    /// Draws the parameters of a shape around a typical memory.
    pub(crate) fn new(shape: Shape, typical_mib: f64, limit_mib: f64, draw: &mut Draw) -> Self {
        let levels = match shape {
            Shape::Bimodal => vec![1.0, draw.real(3.0, 16.0)],
            Shape::Multimodal => {
                let count = draw.between(3, 4);
                (0..count).map(|_| draw.magnitude(0.4, 6.0)).collect()
            }
            _ => Vec::new(),
        };
        Self {
            shape,
            typical_mib: if shape == Shape::NearLimit { limit_mib } else { typical_mib },
            noise: draw.pick(&[0.005, 0.02, 0.05, 0.1]),
            exponent: draw.pick(&[0.5, 0.75, 1.0, 1.5]),
            rare_percent: draw.between(4, 24),
            levels,
        }
    }

    /// The memory of a typical task in MiB.
    pub(crate) fn typical_mib(&self) -> f64 {
        self.typical_mib
    }

    /// Memory in MiB for an input of so many times the typical size.
    pub(crate) fn peak_mib(&self, input: f64, draw: &mut Draw) -> f64 {
        let noise = (1.0 + self.noise * draw.normal()).max(0.1);
        let factor = match self.shape {
            Shape::Constant => 1.0,
            Shape::Linear => 0.25 + 0.75 * input,
            Shape::Power => power(input, self.exponent.min(0.75)),
            Shape::Bimodal => self.levels[usize::from(draw.percent(self.rare_percent))],
            Shape::Multimodal => draw.pick(&self.levels),
            Shape::HeavyTail => return self.typical_mib * self.tail(draw),
            Shape::Staircase => staircase(input),
            Shape::NearLimit => return self.typical_mib * (1.0 - 0.3 * draw.unit() * draw.unit()),
        };
        self.typical_mib * factor * noise
    }

    /// Lognormal with exponents up to 1, Pareto with `α = 1/exponent` beyond.
    fn tail(&self, draw: &mut Draw) -> f64 {
        if self.exponent < 1.0 {
            return power(2.0, 2.0 * self.exponent * draw.normal());
        }
        let survival = (1.0 - draw.unit()).max(1e-4);
        power(survival, -0.5 * self.exponent)
    }
}

fn staircase(input: f64) -> f64 {
    let (mut factor, mut threshold) = (0.5, 0.35);
    while input > threshold && factor < 16.0 {
        factor *= 2.0;
        threshold *= 2.6;
    }
    factor
}
