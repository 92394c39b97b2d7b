"""The patient search of a launch without a patient."""

from typing import Any

from django import forms


class PatientSearch(forms.Form):
    """At least one criterion; they are sent to the EHR, never into an address of ours."""

    name = forms.CharField(
        required=False,
        max_length=100,
        label="Name",
        help_text="The beginning of a family or given name",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    birthdate = forms.DateField(
        required=False,
        label="Born",
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"),
    )
    identifier = forms.CharField(
        required=False,
        max_length=200,
        label="Record number (MRN)",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        required=False,
        max_length=40,
        label="Phone",
        widget=forms.TextInput(attrs={"autocomplete": "off", "type": "tel"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not any(given.values()) and not self.errors:
            raise forms.ValidationError("Give at least one of name, birth date, number or phone.")
        return given

    def parameters(self) -> dict[str, str]:
        """The FHIR search parameters of Patient that were filled in."""
        filled = {name: value for name, value in self.cleaned_data.items() if value}
        if "birthdate" in filled:
            filled["birthdate"] = filled["birthdate"].isoformat()
        return {name: str(value).strip() for name, value in filled.items()}
