//! Rank correlation, point by point.

/// Kendall's τ-b (Kendall 1945) of points that come one at a time: concordant minus discordant
/// pairs over the geometric mean of pairs untied in each coordinate. Time O(n) per point.
#[derive(Clone, Debug, Default)]
pub struct Kendall {
    points: Vec<(f64, f64)>,
    /// Concordant minus discordant pairs.
    surplus: i64,
    /// Pairs with different first coordinates.
    untied_first: i64,
    /// Pairs with different second coordinates.
    untied_second: i64,
}

impl Kendall {
    /// Adds a point.
    pub fn add(&mut self, first: f64, second: f64) {
        let [surplus, untied_first, untied_second] = self.pairs_with(first, second);
        self.surplus += surplus;
        self.untied_first += untied_first;
        self.untied_second += untied_second;
        self.points.push((first, second));
    }

    /// The correlation, 0 where a coordinate is the same everywhere.
    #[must_use]
    pub fn correlation(&self) -> f64 {
        tau([self.surplus, self.untied_first, self.untied_second])
    }

    /// What the correlation would be with another point.
    #[must_use]
    pub fn correlation_with(&self, first: f64, second: f64) -> f64 {
        let [surplus, untied_first, untied_second] = self.pairs_with(first, second);
        tau([
            self.surplus + surplus,
            self.untied_first + untied_first,
            self.untied_second + untied_second,
        ])
    }

    fn pairs_with(&self, first: f64, second: f64) -> [i64; 3] {
        let mut pairs = [0; 3];
        for &(x, y) in &self.points {
            let sign = |a: f64, b: f64| i64::from(a > b) - i64::from(a < b);
            let (along, up) = (sign(first, x), sign(second, y));
            pairs[0] += along * up;
            pairs[1] += along * along;
            pairs[2] += up * up;
        }
        pairs
    }
}

fn tau([surplus, untied_first, untied_second]: [i64; 3]) -> f64 {
    let pairs = (untied_first as f64 * untied_second as f64).sqrt();
    if pairs > 0.0 { surplus as f64 / pairs } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kendall(points: &[(f64, f64)]) -> Kendall {
        let mut kendall = Kendall::default();
        points.iter().for_each(|&(x, y)| kendall.add(x, y));
        kendall
    }

    #[test]
    fn order_and_reverse_order() {
        assert_eq!(kendall(&[(1.0, 1.0), (2.0, 5.0), (3.0, 7.0)]).correlation(), 1.0);
        assert_eq!(kendall(&[(1.0, 7.0), (2.0, 5.0), (3.0, 1.0)]).correlation(), -1.0);
        assert_eq!(kendall(&[(1.0, 7.0), (1.0, 5.0)]).correlation(), 0.0);
    }

    /// Six pairs: four concordant, one discordant, one tied in the second coordinate.
    #[test]
    fn ties_by_hand() {
        let points = [(1.0, 2.0), (2.0, 2.0), (3.0, 1.0), (4.0, 9.0)];
        // (1,2): tie; (1,3), (2,3): discordant; the others concordant.
        let expected = (3.0 - 2.0) / (6.0_f64 * 5.0).sqrt();
        assert!((kendall(&points).correlation() - expected).abs() < 1e-15);
        let ahead = kendall(&points[..3]).correlation_with(4.0, 9.0);
        assert_eq!(ahead, kendall(&points).correlation());
    }
}
