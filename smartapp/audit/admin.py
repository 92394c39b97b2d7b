"""The audit trail in Django's admin, for auditors to read; and changes in the admin, recorded."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from smartapp.audit.actions import Action
from smartapp.audit.models import AuditEvent
from smartapp.audit.trail import record

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:  # generic in the stubs only
    ModelAdmin = admin.ModelAdmin

AUDITOR = "auditor"


class RecordsChanges(ModelAdmin):
    """A model admin whose every change is an audit event: what changed, by field, no values."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self._record(request, obj, "added", message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self._record(request, obj, "changed", message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            self._record(request, obj, "deleted", [])
        return super().log_deletions(request, queryset)

    def _record(self, request: HttpRequest, obj: Model, what: str, message: Any) -> None:
        record(
            Action.ADMIN_CHANGE,
            user_id=request.user.pk,
            role="admin",
            detail={
                "model": obj._meta.label,
                "row": str(obj.pk),
                "what": what,
                "fields": message if isinstance(message, list) else str(message),
            },
        )


@admin.register(AuditEvent)
class AuditEventAdmin(ModelAdmin):
    """For auditors only: an administrator is none unless made one."""

    list_display = (
        "sequence",
        "recorded",
        "action",
        "outcome",
        "user_id",
        "connection",
        "launch",
        "patient",
        "resource_type",
        "count",
    )
    list_filter = ("action", "outcome", "recorded", "connection", "resource_type")
    search_fields = ("=patient", "=user_id", "=launch", "=correlation_id")
    date_hierarchy = "recorded"
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user = request.user
        return user.is_active and user.groups.filter(name=AUDITOR).exists()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self._record_reading(request, {"filters": sorted(request.GET)})
        return super().changelist_view(request, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        self._record_reading(request, {"sequence": object_id})
        return super().change_view(request, object_id, form_url, extra_context)

    def _record_reading(self, request: HttpRequest, detail: dict[str, Any]) -> None:
        if self.has_view_permission(request):
            record(Action.AUDIT_READ, user_id=request.user.pk, role=AUDITOR, detail=detail)
