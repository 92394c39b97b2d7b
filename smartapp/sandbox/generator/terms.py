"""What the stories measure: tests and vital signs with their codes, units and ranges."""

from typing import NamedTuple


class Test(NamedTuple):
    """A measurement; limits are decimal texts, the outer two are critical."""

    text: str
    loinc: str
    unit: str
    ucum: str
    low: str | None = None
    high: str | None = None
    panic_low: str | None = None
    panic_high: str | None = None


LABS = {
    "sodium": Test("Sodium Lvl", "2951-2", "mmol/L", "mmol/L", "136", "145", "120", "160"),
    "potassium": Test("Potassium Lvl", "2823-3", "mmol/L", "mmol/L", "3.5", "5.1", "2.5", "6.5"),
    "chloride": Test("Chloride", "2075-0", "mmol/L", "mmol/L", "98", "107"),
    "co2": Test("CO2", "2028-9", "mmol/L", "mmol/L", "22", "29"),
    "bun": Test("BUN", "3094-0", "mg/dL", "mg/dL", "7", "20"),
    "creatinine": Test("Creatinine", "2160-0", "mg/dL", "mg/dL", "0.60", "1.30"),
    "egfr": Test("eGFR (CKD-EPI 2021)", "98979-8", "mL/min/1.73m2", "mL/min/{1.73_m2}", "60", None),
    "glucose": Test("Glucose Lvl", "2345-7", "mg/dL", "mg/dL", "70", "99", "54", "500"),
    "calcium": Test("Calcium Lvl", "17861-6", "mg/dL", "mg/dL", "8.6", "10.3", "6.5", "13.0"),
    "magnesium": Test("Magnesium Lvl", "19123-9", "mg/dL", "mg/dL", "1.7", "2.2", "1.0", "4.9"),
    "phosphate": Test("Phosphorus", "2777-1", "mg/dL", "mg/dL", "2.5", "4.5"),
    "a1c": Test("Hgb A1c", "4548-4", "%", "%", "4.0", "5.6"),
    "acr": Test("Albumin/Creatinine Ratio Ur", "9318-7", "mg/g", "mg/g", "0", "30"),
    "cholesterol": Test("Cholesterol", "2093-3", "mg/dL", "mg/dL", None, "200"),
    "hdl": Test("HDL", "2085-9", "mg/dL", "mg/dL", "40", None),
    "ldl": Test("LDL Direct", "18262-6", "mg/dL", "mg/dL", None, "100"),
    "triglycerides": Test("Triglycerides", "2571-8", "mg/dL", "mg/dL", None, "150"),
    "wbc": Test("WBC", "6690-2", "10*3/uL", "10*3/uL", "4.0", "11.0", "2.0", "50"),
    "hemoglobin": Test("Hgb", "718-7", "g/dL", "g/dL", "12.0", "16.0", "7.0", None),
    "hematocrit": Test("Hct", "4544-3", "%", "%", "36.0", "46.0"),
    "platelets": Test("Platelet", "777-3", "10*3/uL", "10*3/uL", "150", "400", "20", None),
    "neutrophils": Test("Neutrophils Abs", "751-8", "10*3/uL", "10*3/uL", "1.8", "7.7", "0.5"),
    "inr": Test("INR", "6301-6", "{INR}", "{INR}", "0.9", "1.1", None, "5.0"),
    "aptt": Test("aPTT", "14979-9", "s", "s", "25", "36"),
    "lactate": Test("Lactate", "2524-7", "mmol/L", "mmol/L", "0.5", "2.0", None, "4.0"),
    "troponin": Test("Troponin I HS", "89579-7", "ng/L", "ng/L", None, "34"),
    "ntprobnp": Test("NT-proBNP", "33762-6", "pg/mL", "pg/mL", None, "450"),
    "crp": Test("CRP", "1988-5", "mg/L", "mg/L", None, "5.0"),
    "procalcitonin": Test("Procalcitonin", "33959-8", "ng/mL", "ng/mL", None, "0.10"),
    "ast": Test("AST", "1920-8", "U/L", "U/L", "10", "40"),
    "alt": Test("ALT", "1742-6", "U/L", "U/L", "7", "56"),
    "alkphos": Test("Alk Phos", "6768-6", "U/L", "U/L", "44", "147"),
    "bilirubin": Test("Bilirubin Total", "1975-2", "mg/dL", "mg/dL", "0.2", "1.2"),
    "albumin": Test("Albumin Lvl", "1751-7", "g/dL", "g/dL", "3.5", "5.0"),
    "cea": Test("CEA", "2039-6", "ng/mL", "ng/mL", None, "5.0"),
    "ferritin": Test("Ferritin", "2276-4", "ng/mL", "ng/mL", "15", "150"),
    "tsh": Test("TSH", "3016-3", "m[IU]/L", "m[IU]/L", "0.40", "4.50"),
    "lithium": Test("Lithium Lvl", "14334-7", "mmol/L", "mmol/L", "0.60", "1.20", None, "2.0"),
    "digoxin": Test("Digoxin Lvl", "10535-3", "ng/mL", "ng/mL", "0.5", "0.9", None, "2.0"),
    "ph": Test("pH Arterial", "2744-1", "[pH]", "[pH]", "7.35", "7.45", "7.20", "7.60"),
    "pco2": Test("pCO2 Arterial", "2019-8", "mmHg", "mm[Hg]", "35", "45"),
    "po2": Test("pO2 Arterial", "2703-7", "mmHg", "mm[Hg]", "80", "100"),
    "troponin_t": Test("Troponin T", "6598-7", "ng/mL", "ng/mL", None, "0.01"),
}

VITALS = {
    "pulse": Test("Heart Rate Monitored", "8867-4", "bpm", "/min", "60", "100"),
    "respiration": Test("Respiratory Rate", "9279-1", "br/min", "/min", "12", "20"),
    "temperature": Test("Temperature Oral", "8331-1", "DegC", "Cel", "36.1", "37.8"),
    "spo2": Test("SpO2", "2708-6", "%", "%", "95", "100"),
    "oxygen": Test("Oxygen Flow Rate", "3151-8", "L/min", "L/min"),
    "fio2": Test("FIO2", "3150-0", "%", "%"),
    "weight": Test("Weight Measured", "29463-7", "kg", "kg"),
    "height": Test("Height/Length Measured", "8302-2", "cm", "cm"),
    "bmi": Test("Body Mass Index Measured", "39156-5", "kg/m2", "kg/m2"),
    "head": Test("Head Circumference", "9843-4", "cm", "cm"),
    "gcs": Test("Glasgow Coma Score", "9269-2", "{score}", "{score}", "15", None),
    "pain": Test("Numeric Pain Score", "72514-3", "{score}", "{score}"),
    "systolic": Test("Systolic Blood Pressure", "8480-6", "mmHg", "mm[Hg]", "90", "140"),
    "diastolic": Test("Diastolic Blood Pressure", "8462-4", "mmHg", "mm[Hg]", "60", "90"),
    "map": Test("Mean Arterial Pressure", "8478-0", "mmHg", "mm[Hg]", "65", "105"),
}

PANELS = {
    "bmp": (
        "Basic Metabolic Panel",
        "51990-0",
        ("sodium", "potassium", "chloride", "co2", "bun", "creatinine", "glucose", "calcium"),
    ),
    "cbc": (
        "CBC w/o Differential",
        "58410-2",
        ("wbc", "hemoglobin", "hematocrit", "platelets"),
    ),
    "lipids": ("Lipid Panel", "57698-3", ("cholesterol", "hdl", "ldl", "triglycerides")),
    "gas": ("Blood Gas Arterial", "24336-0", ("ph", "pco2", "po2", "lactate")),
}
