/* The process of service assessment: assessors, assessments, form AST2, the register, the programme. */
#include "assessment/service.h"
#include "process.h"

int main(void)
{
    static const struct program program = {.service = &assessment_service};

    return process_main(&program);
}
