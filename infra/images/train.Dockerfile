# The image of the function that trains. Build it with the repository as context: docker build -f infra/images/train.Dockerfile .
ARG BASE=public.ecr.aws/lambda/python:3.12
FROM ${BASE}
COPY requirements/ requirements/
RUN pip install --no-cache-dir -r requirements/light.txt -r requirements/training.txt
COPY embeddings/ embeddings/
COPY recommender/ recommender/
COPY events/ events/
COPY infra/ infra/
COPY functions/ functions/
# The only folder that a function may write to.
ENV SEGUE_HOME=/tmp/segue
USER 65534
CMD ["functions.train_collaborative.handler"]
