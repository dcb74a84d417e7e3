//! How many processes of services have moved, and the most of any service.

/// How many processes of services have moved.
pub struct Moved {
    count: Vec<u32>,
    /// How many services have so many moved processes.
    services: Vec<u32>,
    most: u32,
}

impl Moved {
    /// Nothing has moved; `largest` is the number of processes of the largest service.
    #[must_use]
    pub fn new(services: usize, largest: usize) -> Self {
        let mut with = vec![0; largest + 1];
        with[0] = services as u32;
        Self { count: vec![0; services], services: with, most: 0 }
    }

    /// The most moved processes of a service.
    #[must_use]
    pub fn most(&self) -> u32 {
        self.most
    }

    /// How many processes of a service have moved.
    #[must_use]
    pub fn count(&self, service: u32) -> u32 {
        self.count[service as usize]
    }

    /// Counts `change` more moved processes of a service, -1, 0 or 1.
    pub fn add(&mut self, service: u32, change: i32) {
        let count = &mut self.count[service as usize];
        self.services[*count as usize] -= 1;
        *count = count.wrapping_add_signed(change);
        self.services[*count as usize] += 1;
        self.most = self.most.max(*count);
        if self.services[self.most as usize] == 0 {
            self.most -= 1;
        }
    }

    /// By how much the most would change if counts of one or two different services changed by -1,
    /// 0 or 1.
    #[must_use]
    pub fn effect(&self, changes: &[(u32, i32)]) -> i32 {
        let at_most = |wanted: i32| {
            let some = changes.iter().filter(|&&(service, change)| {
                change == wanted && self.count[service as usize] == self.most
            });
            some.count() as u32
        };
        if at_most(1) > 0 {
            1
        } else {
            let leave = at_most(-1);
            let stays = leave == 0
                || self.services[self.most as usize] > leave
                || changes.iter().any(|&(service, change)| {
                    change == 1 && self.count[service as usize] + 1 == self.most
                });
            if stays { 0 } else { -1 }
        }
    }

    /// By how much the most would change if two processes of a service left, 2, or came home, -2.
    #[must_use]
    pub fn effect_of_two(&self, service: u32, change: i32) -> i32 {
        let count = self.count[service as usize];
        let others = if self.services[self.most as usize] > u32::from(count == self.most) {
            self.most
        } else {
            // Counts below the most are looked through, which are few: the most is mostly alone.
            let below = (0..self.most).rev();
            let own = |other: &u32| self.services[*other as usize] > u32::from(*other == count);
            below.into_iter().find(own).unwrap_or(0)
        };
        others.max(count.wrapping_add_signed(change)) as i32 - self.most as i32
    }
}
