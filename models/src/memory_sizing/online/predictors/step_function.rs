//! Functions that are constant between thresholds.

/// A step function: the value of the first step whose upper end is not below the input.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepFunction {
    /// Upper end (inclusive) and value of every step, ascending; the last end is infinite.
    steps: Vec<(f64, f64)>,
}

impl StepFunction {
    /// From upper ends and values in ascending order. The last step goes on for ever.
    #[must_use]
    pub fn new(mut steps: Vec<(f64, f64)>) -> Self {
        if let Some(last) = steps.last_mut() {
            last.0 = f64::INFINITY;
        }
        Self { steps }
    }

    /// The mean of some step functions. Time O(s log s) for s steps altogether.
    #[must_use]
    pub fn mean<'a>(functions: impl Iterator<Item = &'a Self>) -> Self {
        let (mut value, mut count) = (0.0, 0.0);
        let mut changes: Vec<(f64, f64)> = Vec::new();
        for function in functions.filter(|function| !function.steps.is_empty()) {
            value += function.steps[0].1;
            count += 1.0;
            changes
                .extend(function.steps.windows(2).map(|pair| (pair[0].0, pair[1].1 - pair[0].1)));
        }
        if count == 0.0 {
            return Self::default();
        }
        changes.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut steps = Vec::with_capacity(changes.len() + 1);
        for peers in changes.chunk_by(|a, b| a.0 == b.0) {
            steps.push((peers[0].0, value / count));
            value += peers.iter().map(|change| change.1).sum::<f64>();
        }
        steps.push((f64::INFINITY, value / count));
        Self { steps }
    }

    /// The value at an input; 0 for a function without steps. Time O(log s).
    #[must_use]
    pub fn at(&self, input: f64) -> f64 {
        let step = self.steps.partition_point(|step| step.0 < input);
        self.steps.get(step).map_or(0.0, |step| step.1)
    }

    /// Adds the values at ascending inputs to `sums`. Time O(s + inputs).
    pub fn add_to(&self, ascending: &[f64], sums: &mut [f64]) {
        let mut steps = self.steps.iter().peekable();
        for (sum, &input) in sums.iter_mut().zip(ascending) {
            while steps.next_if(|step| step.0 < input).is_some() {}
            *sum += steps.peek().map_or(0.0, |step| step.1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_end_inclusively() {
        let function = StepFunction::new(vec![(1.0, 10.0), (2.0, 20.0), (3.0, 30.0)]);
        assert_eq!(
            [0.0, 1.0, 1.5, 2.0, 9.0].map(|x| function.at(x)),
            [10.0, 10.0, 20.0, 20.0, 30.0]
        );
        let mut sums = [1.0; 4];
        function.add_to(&[0.0, 1.0, 2.5, 9.0], &mut sums);
        assert_eq!(sums, [11.0, 11.0, 31.0, 31.0]);
    }

    #[test]
    fn the_mean_steps_wherever_one_steps() {
        let one = StepFunction::new(vec![(1.0, 0.0), (2.0, 4.0)]);
        let two = StepFunction::new(vec![(1.0, 2.0), (3.0, 6.0), (4.0, 0.0)]);
        let mean = StepFunction::mean([&one, &two].into_iter());
        assert_eq!([1.0, 2.0, 3.5].map(|x| mean.at(x)), [1.0, 5.0, 2.0]);
        assert_eq!(StepFunction::mean([].into_iter()).at(1.0), 0.0);
    }
}
