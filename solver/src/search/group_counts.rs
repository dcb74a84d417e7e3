//! How many members of a group are in which place, in space proportional to the members.
//!
//! **Idea.** Rules of spread, conflict and dependency ask how many of a group are on a machine, in a
//! rack, in a zone. A matrix of groups by places would be mostly zeros; each group has instead an
//! open-addressed table of its own with twice as many slots as members (D. E. Knuth, *The Art of
//! Computer Programming* 3, section 6.4, linear probing with deletion by shifting back).
//!
//! **Complexity.** O(1) expected per question or change. Space O(members).

/// Counts of the members of groups by place.
#[derive(Clone, Debug)]
pub struct GroupCounts {
    groups: Vec<Group>,
    slots: Vec<Slot>,
}

#[derive(Clone, Copy, Debug)]
struct Group {
    first: u32,
    /// Number of slots, a power of two, less one.
    mask: u32,
    /// Places with members.
    places: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    place: u32,
    /// Zero in a free slot.
    count: u32,
}

impl GroupCounts {
    /// Groups of at most so many members, none placed yet.
    #[must_use]
    pub fn new(members: impl IntoIterator<Item = usize>) -> Self {
        let (mut groups, mut first) = (Vec::new(), 0);
        for members in members {
            let slots = (2 * members as u32).next_power_of_two();
            groups.push(Group { first, mask: slots - 1, places: 0 });
            first += slots;
        }
        Self { groups, slots: vec![Slot::default(); first as usize] }
    }

    /// How many members of a group are in a place.
    ///
    /// ```
    /// use placewright_solver::search::group_counts::GroupCounts;
    /// let mut counts = GroupCounts::new([3, 1]);
    /// counts.add(0, 7);
    /// counts.add(0, 7);
    /// counts.add(0, 9);
    /// assert_eq!((counts.count(0, 7), counts.count(1, 7), counts.places(0)), (2, 0, 2));
    /// counts.remove(0, 9);
    /// assert_eq!((counts.count(0, 9), counts.places(0)), (0, 1));
    /// ```
    #[must_use]
    pub fn count(&self, group: u32, place: u32) -> u32 {
        let group = &self.groups[group as usize];
        self.slots[group.slot(&self.slots, place)].count
    }

    /// In how many places members of a group are.
    #[must_use]
    pub fn places(&self, group: u32) -> u32 {
        self.groups[group as usize].places
    }

    /// Puts a member into a place.
    pub fn add(&mut self, group: u32, place: u32) {
        let group = &mut self.groups[group as usize];
        let at = group.slot(&self.slots, place);
        let slot = &mut self.slots[at];
        group.places += u32::from(slot.count == 0);
        *slot = Slot { place, count: slot.count + 1 };
    }

    /// Takes a member out of the place where it is.
    pub fn remove(&mut self, group: u32, place: u32) {
        let group = &mut self.groups[group as usize];
        let at = group.slot(&self.slots, place);
        debug_assert!(self.slots[at].count > 0, "no member there");
        self.slots[at].count -= 1;
        if self.slots[at].count == 0 {
            group.places -= 1;
            group.close(&mut self.slots, at as u32 - group.first);
        }
    }
}

impl Group {
    fn start(&self, place: u32) -> u32 {
        (place.wrapping_mul(0x9E37_79B9) >> 15) & self.mask
    }

    /// The slot of a place, or the free one where it would be. There is one: at most half are used.
    fn slot(&self, slots: &[Slot], place: u32) -> usize {
        let mut at = self.start(place);
        loop {
            let slot = &slots[(self.first + at) as usize];
            if slot.count == 0 || slot.place == place {
                return (self.first + at) as usize;
            }
            at = (at + 1) & self.mask;
        }
    }

    /// Moves later slots back over one that became free, so that probing still finds them.
    fn close(&self, slots: &mut [Slot], mut free: u32) {
        let mut at = free;
        loop {
            at = (at + 1) & self.mask;
            let slot = slots[(self.first + at) as usize];
            if slot.count == 0 {
                break;
            }
            // It may move unless its start lies behind the free slot, on the way to where it is.
            let way = at.wrapping_sub(self.start(slot.place)) & self.mask;
            if way >= (at.wrapping_sub(free) & self.mask) {
                slots[(self.first + free) as usize] = slot;
                free = at;
            }
        }
        slots[(self.first + free) as usize] = Slot::default();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn counts_are_those_of_a_list(changes in proptest::collection::vec((0..3_u32, 0..40_u32), 0..200)) {
            const MEMBERS: usize = 6;
            let mut counts = GroupCounts::new([MEMBERS; 3]);
            let mut lists = vec![Vec::new(); 3];
            for (group, place) in changes {
                let list = &mut lists[group as usize];
                if list.len() == MEMBERS {
                    let gone = list.remove(place as usize % MEMBERS);
                    counts.remove(group, gone);
                }
                list.push(place);
                counts.add(group, place);
                for other in 0..40 {
                    let wanted = list.iter().filter(|&&each| each == other).count();
                    prop_assert_eq!(counts.count(group, other) as usize, wanted);
                }
            }
        }
    }
}
