"""The neighbourhood: who buys here, how they pay, and when they settle what they owe."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

FIRST = (
    "Aarav|Aditi|Ajay|Amit|Anita|Anjali|Arjun|Asha|Bhavna|Chitra|Deepak|Devi|Dinesh|Fatima|Gauri|Geeta|Girish"
    "|Harish|Imran|Indira|Jaya|Jyoti|Kamala|Karthik|Kavita|Kiran|Lakshmi|Lata|Mahesh|Manoj|Meena|Mohan|Mumtaz"
    "|Nandini|Naresh|Neha|Nisha|Padma|Pooja|Prakash|Priya|Radha|Rahul|Rajesh|Ramesh|Rashid|Ravi|Rekha|Rohit|Sahil"
    "|Sanjay|Sarita|Savita|Shabnam|Shanti|Sneha|Sunil|Sunita|Suresh|Usha|Vandana|Vijay|Vimala|Vinod|Yasmin"
)
LAST = (
    "Agarwal|Bhat|Chavan|Chopra|Das|Deshmukh|D'Souza|Fernandes|Gaikwad|Ghosh|Gowda|Gupta|Hegde|Iyer|Jadhav|Jain"
    "|Joshi|Kadam|Kamath|Khan|Kulkarni|Kumar|Mehta|Menon|Mishra|More|Mukherjee|Nair|Naidu|Patel|Patil|Pawar"
    "|Pillai|Prasad|Qureshi|Rao|Reddy|Sawant|Shah|Sharma|Shaikh|Shetty|Shinde|Singh|Thakur|Tiwari|Verma|Yadav"
)
STREETS = (
    "Gandhi Road|Shivaji Nagar|Temple Street|Station Road|Nehru Colony|MG Road|Lake View|Market Yard|Ambedkar Nagar"
)
# How they pay: most at once; of those with a khata some settle on Sundays, most with their wages, some when reminded.
HABITS = ("cash", "weekly", "monthly", "slow")
SHARES = (40, 20, 30, 10)


@dataclass(frozen=True, slots=True)
class Person:
    """A customer: `limit` in paise, `weight` is how often they come beside the others."""

    name: str
    phone: str
    address: str
    limit: int
    habit: str
    weight: int


def neighbourhood(how_many: int, chance: Random) -> list[Person]:
    """So many people, each with a mobile number of their own."""
    numbers = chance.sample(range(6_000_000_000, 10_000_000_000), how_many)
    return [_person(str(number), chance) for number in numbers]


def _person(phone: str, chance: Random) -> Person:
    home = f"{chance.randint(1, 240)}, {chance.choice(STREETS.split('|'))}"
    name = f"{chance.choice(FIRST.split('|'))} {chance.choice(LAST.split('|'))}"
    limit = 100 * chance.choice((2000, 3000, 5000, 5000, 5000, 8000, 10000))
    return Person(name, phone, home, limit, chance.choices(HABITS, SHARES)[0], chance.choice((1, 1, 2, 3, 5, 8)))
