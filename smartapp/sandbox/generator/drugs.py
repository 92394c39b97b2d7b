"""The medicines of the stories: what the order says and the RxNorm code it maps to."""

from typing import NamedTuple


class Drug(NamedTuple):
    """`text` is the order as seen; `code` and `display` are RxNorm's (None: not mapped)."""

    text: str
    code: str | None
    display: str | None


DRUGS = {
    "furosemide": Drug("furosemide", "313988", "furosemide 40 MG Oral Tablet"),
    "furosemide-iv": Drug("furosemide", "1719286", "10 ML furosemide 10 MG/ML Injection"),
    "lisinopril": Drug("lisinopril", "314076", "lisinopril 10 MG Oral Tablet"),
    "lisinopril-20": Drug("lisinopril", "314077", "lisinopril 20 MG Oral Tablet"),
    "losartan": Drug("losartan", "979492", "losartan potassium 50 MG Oral Tablet"),
    "spironolactone": Drug("spironolactone", "313096", "spironolactone 25 MG Oral Tablet"),
    "carvedilol": Drug("carvedilol", "200031", "carvedilol 6.25 MG Oral Tablet"),
    "metoprolol": Drug(
        "metoprolol",
        "866436",
        "24 HR metoprolol succinate 50 MG Extended Release Oral Tablet",
    ),
    "metoprolol-tartrate": Drug("metoprolol", "866514", "metoprolol tartrate 50 MG Oral Tablet"),
    "warfarin": Drug("warfarin", "855332", "warfarin sodium 5 MG Oral Tablet"),
    "digoxin": Drug("digoxin", "197604", "digoxin 0.125 MG Oral Tablet"),
    "amlodipine": Drug("amlodipine", "17767", "amlodipine"),
    "hydrochlorothiazide": Drug(
        "hydroCHLOROthiazide", "310798", "hydrochlorothiazide 25 MG Oral Tablet"
    ),
    "labetalol": Drug("labetalol", "896762", "labetalol hydrochloride 200 MG Oral Tablet"),
    "atorvastatin": Drug("atorvastatin", "83367", "atorvastatin"),
    "metformin": Drug("metFORMIN", "861004", "metformin hydrochloride 1000 MG Oral Tablet"),
    "glipizide": Drug("glipiZIDE", "310490", "glipizide 5 MG Oral Tablet"),
    "glargine": Drug("insulin glargine", "274783", "insulin glargine"),
    "lispro": Drug("insulin lispro", "86009", "insulin lispro"),
    "ibuprofen": Drug("ibuprofen", "197806", "ibuprofen 600 MG Oral Tablet"),
    "naproxen": Drug("naproxen", "198014", "naproxen 500 MG Oral Tablet"),
    "albuterol": Drug(
        "albuterol", "745679", "200 ACTUAT albuterol 0.09 MG/ACTUAT Metered Dose Inhaler"
    ),
    "fluticasone": Drug(
        "fluticasone",
        "895994",
        "120 ACTUAT fluticasone propionate 0.044 MG/ACTUAT Metered Dose Inhaler",
    ),
    "tiotropium": Drug("tiotropium", "69120", "tiotropium"),
    "prednisone": Drug("predniSONE", "8640", "prednisone"),
    "azithromycin": Drug("azithromycin", "18631", "azithromycin"),
    "tmp-smx": Drug(
        "sulfamethoxazole-trimethoprim",
        "198335",
        "sulfamethoxazole 800 MG / trimethoprim 160 MG Oral Tablet",
    ),
    "piperacillin": Drug(
        "piperacillin-tazobactam",
        "312447",
        "piperacillin 200 MG/ML / tazobactam 25 MG/ML Injectable Solution",
    ),
    "vancomycin": Drug("vancomycin", "11124", "vancomycin"),
    "norepinephrine": Drug("norepinephrine", "7512", "norepinephrine"),
    "propofol": Drug("propofol", "8782", "propofol"),
    "cefazolin": Drug("ceFAZolin", "1665060", "cefazolin 2000 MG Injection"),
    "oxycodone": Drug("oxyCODONE", "1049621", "oxycodone hydrochloride 5 MG Oral Tablet"),
    "morphine-er": Drug(
        "morphine", "891888", "morphine sulfate 30 MG Extended Release Oral Tablet"
    ),
    "lorazepam": Drug("LORazepam", "197901", "lorazepam 1 MG Oral Tablet"),
    "acetaminophen": Drug("acetaminophen", "161", "acetaminophen"),
    "ondansetron": Drug("ondansetron", "198052", "ondansetron 4 MG Oral Tablet"),
    "enoxaparin": Drug("enoxaparin", "67108", "enoxaparin"),
    "lithium": Drug("lithium", "197889", "lithium carbonate 300 MG Oral Capsule"),
    "quetiapine": Drug("QUEtiapine", "51272", "quetiapine"),
    "sertraline": Drug("sertraline", "312941", "sertraline 50 MG Oral Tablet"),
    "citalopram": Drug("citalopram", "200371", "citalopram 20 MG Oral Tablet"),
    "donepezil": Drug("donepezil", "997223", "donepezil hydrochloride 10 MG Oral Tablet"),
    "omeprazole": Drug("omeprazole", "198051", "omeprazole 20 MG Delayed Release Oral Capsule"),
    "pantoprazole": Drug(
        "pantoprazole", "314200", "pantoprazole 40 MG Delayed Release Oral Tablet"
    ),
    "levothyroxine": Drug("levothyroxine", "10582", "levothyroxine"),
    "gabapentin": Drug("gabapentin", "25480", "gabapentin"),
    "ferrous": Drug("ferrous sulfate", "310325", "ferrous sulfate 325 MG Oral Tablet"),
    "oxaliplatin": Drug("oxaliplatin", "32592", "oxaliplatin"),
    "leucovorin": Drug("leucovorin", "6313", "leucovorin"),
    "aspirin": Drug("aspirin", "1191", "aspirin"),
    "potassium": Drug(
        "potassium chloride",
        "198116",
        "potassium chloride 20 MEQ Extended Release Oral Tablet",
    ),
    "melatonin": Drug("melatonin", None, None),
    "herbal": Drug("Grandmother's heart tea (herbal)", None, None),
}

ROUTES = {
    "Oral": ("26643006", "Oral route"),
    "IV": ("47625008", "Intravenous route"),
    "SubCutaneous": ("34206005", "Subcutaneous route"),
    "IM": ("78421000", "Intramuscular route"),
    "Inhale": ("447694001", "Respiratory tract route"),
}

FREQUENCIES = {
    "Daily": (1, 1, "d"),
    "BID": (2, 1, "d"),
    "TID": (3, 1, "d"),
    "QID": (4, 1, "d"),
    "Once": (1, None, None),
    "Bedtime": (1, 1, "d"),
    "Weekly": (1, 1, "wk"),
    "q4hr": (1, 4, "h"),
    "q6hr": (1, 6, "h"),
    "q8hr": (1, 8, "h"),
    "q12hr": (1, 12, "h"),
}

UNITS = {
    "mg": "mg",
    "mcg": "ug",
    "g": "g",
    "mL": "mL",
    "units": "[USP'U]",
    "mEq": "meq",
    "puff(s)": "{puff}",
    "tab(s)": "{tbl}",
    "mcg/kg/min": "ug/kg/min",
}
