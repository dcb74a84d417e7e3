//! The family's part of the error index: `SA0…` for instances, `SA1…` for plans.

use placewright_solver::issue::ErrorCode;

/// Every code of this family, in order.
pub const CODES: &[ErrorCode] = &[
    ErrorCode {
        code: "SA001",
        title: "no sites or no customers, or too many of something",
        meaning: "An instance has 1 to 16,384 sites, 1 to 131,072 customers, at most 2^27 pairs of the two and 2^24 conflicts.",
        action: "give at least one site and one customer, or split the instance",
    },
    ErrorCode {
        code: "SA002",
        title: "a name is empty or used twice",
        meaning: "Plans refer to sites and customers by name; each needs a name of its own among its kind.",
        action: "give every entry a name of its own",
    },
    ErrorCode {
        code: "SA003",
        title: "a number is out of range",
        meaning: "Capacities, costs, demands and quantities have limits within which all sums are exact.",
        action: "check the value and its unit",
    },
    ErrorCode {
        code: "SA004",
        title: "a list does not fit the sites",
        meaning: "A customer has one cost per site, and either one demand for all sites or one per site.",
        action: "give as many numbers as there are sites",
    },
    ErrorCode {
        code: "SA005",
        title: "a customer that may be split has a demand of its own",
        meaning: "Where customers may be split, a unit takes one unit of capacity from whichever site: quantities and capacities are counted alike.",
        action: "leave the demand out and count the quantity in units of capacity",
    },
    ErrorCode {
        code: "SA006",
        title: "a conflict names what there is not",
        meaning: "A conflict is a pair of two different customers, by name.",
        action: "name two customers of the instance",
    },
    ErrorCode {
        code: "SA007",
        title: "no number of open sites is possible",
        meaning: "at_least is above at_most or above the number of sites, or at_most is zero.",
        action: "give numbers between which there is one",
    },
    ErrorCode {
        code: "SA008",
        title: "totals are too large",
        meaning: "The dearest service of all customers, or their largest demands, sum to more than 2^60.",
        action: "count costs or quantities in a larger unit",
    },
    ErrorCode {
        code: "SA101",
        title: "the plan does not speak of every customer",
        meaning: "The plan has more or fewer services than the instance has customers.",
        action: "serve every customer",
    },
    ErrorCode {
        code: "SA102",
        title: "a site is unknown or named twice",
        meaning: "A service or the list of open sites names a site that does not exist or names one twice, or a part of a service is empty.",
        action: "name every site once, with at least one unit",
    },
    ErrorCode {
        code: "SA103",
        title: "a customer is not served in full",
        meaning: "The parts of a customer's service do not sum to its quantity.",
        action: "serve the whole quantity, no more",
    },
    ErrorCode {
        code: "SA104",
        title: "a customer is split",
        meaning: "Several sites serve a customer of an instance whose customers are served whole.",
        action: "serve it from one site",
    },
    ErrorCode {
        code: "SA105",
        title: "a customer is served from a closed site",
        meaning: "The site is not in the list of open sites.",
        action: "open the site, or serve the customer from another",
    },
    ErrorCode {
        code: "SA106",
        title: "a site serves more than it can",
        meaning: "The demands of what a site serves sum to more than its capacity.",
        action: "serve some of its customers from another site",
    },
    ErrorCode {
        code: "SA107",
        title: "too few or too many sites are open",
        meaning: "The number of open sites is outside at_least and at_most.",
        action: "open or close sites",
    },
    ErrorCode {
        code: "SA108",
        title: "two customers in conflict share a site",
        meaning: "A pair of the instance's conflicts is served from the same site, at least in part.",
        action: "serve one of the two from another site",
    },
];
