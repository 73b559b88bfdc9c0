"""The person of record."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from fangpin.registry.models import columns
from fangpin.registry.models.history import kept


@kept()
class Person(models.Model):
    """One person: identity, schooling, health, labour, work, insurance and benefits as known now.

    `id_index` is blinded from the first 18 digits, so that a disability certificate (20 or 22
    characters) meets the identity card of the same person. It is not unique: a number used twice
    is a fault of the data that the quality rules report.
    """

    number = columns.number()
    name = columns.sealed()
    name_tokens = ArrayField(models.BigIntegerField(), default=list, db_default=[], blank=True)
    id_kind = columns.code()
    id_number = columns.sealed()
    id_index = columns.blinded()
    id_last4_index = columns.blinded()
    sex = columns.code(10)
    birth_date = columns.day()
    ethnic_group = columns.code(10)
    political_status = columns.code()
    marital_status = columns.code()
    phone = columns.sealed()
    phone_index = columns.blinded()
    died_on = columns.day()
    death_cause = columns.code()

    education = columns.code()
    school_stage = columns.code()
    school = columns.text(120)
    dropout_reason = columns.code()

    health = columns.codes()
    disability_category = columns.code()
    disability_level = columns.code(2)
    certificate_year = columns.year()
    labour_ability = columns.code()

    works_away = columns.flag()
    migrant_province = columns.text(60)
    migrant_city = columns.text(60)
    migrant_county = columns.text(60)
    migrant_place = columns.text(120)
    migrant_place_code = columns.code(12)
    migrant_employer = columns.text(120)
    migrant_industry = columns.code()
    migrant_channel = columns.text(60)
    migrant_began = columns.day()
    migrant_ended = columns.day()
    migrant_months = columns.quantity()
    migrant_wage_monthly = columns.fen()
    point_to_point = columns.flag()
    transport_subsidy = columns.fen()
    works_abroad = columns.flag()
    work_planned = columns.flag()
    work_planned_county = columns.text(60)
    work_service_needed = columns.text(120)
    post_kinds = columns.codes()
    post_months = columns.quantity()
    post_note = columns.text(200)

    resident_medical = columns.flag()
    employee_medical = columns.flag()
    serious_illness_insurance = columns.flag()
    commercial_medical = columns.flag()
    resident_pension = columns.flag()
    employee_pension = columns.flag()
    accident_insurance = columns.flag()
    accident_subsidy = columns.flag()
    medical_assistance = columns.flag()
    registered_subsistence = columns.flag()
    subsistence_kind = columns.code(10)
    registered_destitute = columns.flag()
    destitute_kind = columns.code(10)
    disability_allowances = columns.flag()
    relocated = columns.flag()
    soldier = columns.flag()
    speaks_mandarin = columns.flag()
    left_behind = columns.flag()
    remark = columns.sealed()

    version = columns.version()
    entered_at = columns.entered()

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(
                fields=["id_index"], name="person_by_id", condition=Q(id_index__isnull=False)
            ),
            models.Index(
                fields=["id_last4_index"],
                name="person_by_last_four",
                condition=Q(id_last4_index__isnull=False),
            ),
            models.Index(
                fields=["phone_index"],
                name="person_by_phone",
                condition=Q(phone_index__isnull=False),
            ),
            GinIndex(fields=["name_tokens"], name="person_by_name", fastupdate=False),
            # For lists of what is rare: without these, a filter that hardly anybody passes reads
            # everybody.
            GinIndex(fields=["health"], name="person_by_health"),
            models.Index(fields=["birth_date"], name="person_by_birth_date"),
            models.Index(fields=["education"], name="person_by_education"),
            models.Index(fields=["labour_ability"], name="person_by_labour"),
            models.Index(
                fields=["disability_level"],
                name="person_by_disability",
                condition=~Q(disability_level=""),
            ),
            models.Index(
                fields=["registered_subsistence"],
                name="person_by_subsistence",
                condition=Q(registered_subsistence=True),
            ),
            models.Index(
                fields=["works_away"], name="person_by_work", condition=Q(works_away=True)
            ),
        ]

    def __str__(self) -> str:
        return self.number
