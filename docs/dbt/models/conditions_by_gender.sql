select patient.gender, count(*) as conditions, count(distinct patient.id) as patients
from {{ source('fhir', 'condition_flat') }} as condition
join {{ source('fhir', 'patient_demographics') }} as patient on patient.id = condition.patient_id
group by patient.gender
