"""Made courses of patients, written from the evidence and not from the rules: does healing alert, is danger missed?"""

from bench.courses.course import Course, Mark, Report
from bench.courses.danger import danger_course
from bench.courses.healing import healing_course, healing_courses

__all__ = ["Course", "Mark", "Report", "danger_course", "healing_course", "healing_courses"]
